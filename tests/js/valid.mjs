// Reads {name: html} from the standard input and prints what html-validate finds wrong, one JSON list.
import { HtmlValidate } from "html-validate";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const pages = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard"],
  rules: {
    "no-redundant-role": "off", // a table that phones show as cards keeps its roles
    "svg-focusable": "off", // only Internet Explorer needs it
    "require-sri": "off", // scripts come from the same server
  },
});
const found = [];
for (const [name, html] of Object.entries(pages)) {
  const report = await validator.validateString(html);
  for (const result of report.results) {
    for (const message of result.messages) {
      found.push(`${name}:${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
    }
  }
}
process.stdout.write(JSON.stringify(found));
