package dev.balsa.server.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Why something does not go on in members, by their own words at {@code /debug/why}, for {@code
 * endpoint status --why}.
 */
final class Reasons {
  private final StringBuilder simple = new StringBuilder();
  private final List<String> json = new ArrayList<>();
  private final FieldLines fields = new FieldLines();
  private final TextTable table =
      new TextTable("ENDPOINT", "MEMBER", "ROLE", "QUESTION", "REASON", "REMEDY");

  /**
   * Adds what a member said.
   *
   * @throws CommandFailure if that is not what a member of Balsa says
   */
  void add(Endpoint endpoint, String said) {
    Struct.Builder parsed = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(said, parsed);
    } catch (InvalidProtocolBufferException e) {
      throw new CommandFailure(
          "%s does not say why; --why needs members of Balsa (%s)"
              .formatted(endpoint.text(), e.getMessage()));
    }
    Struct member = parsed.build();
    List<Value> reasons = member.getFieldsOrThrow("why").getListValue().getValuesList();
    json.add("{\"Endpoint\":%s,\"Why\":%s}".formatted(GoJson.quote(endpoint.text()), said));
    if (reasons.isEmpty()) {
      line(endpoint, member, "", "nothing is held up", "");
    }
    for (Value reason : reasons) {
      Struct one = reason.getStructValue();
      line(endpoint, member, text(one, "question"), text(one, "text"), text(one, "remedy"));
    }
  }

  private void line(
      Endpoint endpoint, Struct member, String question, String reason, String remedy) {
    String id = text(member, "member");
    String role = text(member, "role");
    simple.append(
        question.isEmpty()
            ? "%s, %s, %s: %s\n".formatted(endpoint.text(), id, role, reason)
            : "%s, %s, %s: %s: %s; %s\n"
                .formatted(endpoint.text(), id, role, question, reason, remedy));
    fields
        .quoted("Endpoint", endpoint.text())
        .quoted("Member", id)
        .quoted("Role", role)
        .quoted("Question", question)
        .quoted("Reason", reason)
        .quoted("Remedy", remedy)
        .blank();
    table.row(endpoint.text(), id, role, question, reason, remedy);
  }

  private static String text(Struct of, String name) {
    return of.getFieldsOrThrow(name).getStringValue();
  }

  /** All that was added, in every form. */
  Reply reply() {
    return new Reply(
        simple.toString(), "[" + String.join(",", json) + "]\n", fields.toString(), table.draw());
  }
}
