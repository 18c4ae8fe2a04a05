import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FloodgateStack } from '../lib/floodgate-stack.ts';
import { loadStage } from '../lib/stage.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new FloodgateStack(app, 'Floodgate', { stage: loadStage(app.node) });
