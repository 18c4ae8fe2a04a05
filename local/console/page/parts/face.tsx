/** The first letter of a name. */
export function Face({ name }: { readonly name: string }) {
  return (
    <span class="face" aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  );
}
