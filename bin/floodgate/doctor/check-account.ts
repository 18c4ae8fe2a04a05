import { bad, type Finding, good, judged } from '../../../lambda/channels/finding.ts';
import { reasonOf, type StackAddress } from '../stack/deployed-stack.ts';

/** What a new AWS account allows. */
const FEW_FUNCTIONS = 10;

/** Of a stack in AWS: how many functions may run at once, and whether anybody hears its alarms. */
export async function checkAccount(stack: StackAddress): Promise<readonly Finding[]> {
  if (stack.endpoints !== undefined) return [];
  return await Promise.all([checkQuota(), checkListeners(stack)]);
}

async function checkQuota(): Promise<Finding> {
  const { GetAccountSettingsCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient();
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand());
    const functions = AccountLimit?.ConcurrentExecutions ?? 0;
    const mend =
      'ask for 1,000 in Service Quotas (AWS Lambda, Concurrent executions); until then deploy with -c stage=starter';
    return judged('quota', functions > FEW_FUNCTIONS, `${functions} functions at once`, mend);
  } catch (error) {
    const mend = 'have somebody look who may lambda:GetAccountSettings';
    return bad('quota', `it cannot be read: ${reasonOf(error)}`, mend);
  } finally {
    client.destroy();
  }
}

async function checkListeners({ outputs }: StackAddress): Promise<Finding> {
  const TopicArn = outputs.get('AlarmTopicArn');
  const mend = 'deploy with -c alarmEmail=…, and follow the link in the mail that comes';
  if (TopicArn === undefined) return bad('listeners', 'the stack has no topic of alarms', mend);
  const { ListSubscriptionsByTopicCommand, SNSClient } = await import('@aws-sdk/client-sns');
  const client = new SNSClient();
  try {
    const { Subscriptions = [] } = await client.send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    );
    const heard = Subscriptions.filter(({ SubscriptionArn: arn }) => arn?.startsWith('arn:'));
    if (heard.length > 0) return good('listeners', `${heard.length} hear the alarms`);
    const open = Subscriptions.length > 0 ? ': nobody has confirmed it' : '';
    return bad('listeners', `nobody hears the alarms${open}`, mend);
  } catch (error) {
    return bad('listeners', `they cannot be read: ${reasonOf(error)}`, mend);
  } finally {
    client.destroy();
  }
}
