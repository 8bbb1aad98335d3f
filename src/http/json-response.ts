/** Of text that is JSON already. */
export const jsonResponse = (text: string): Response =>
  new Response(text, { headers: { "content-type": "application/json" } });
