package dev.balsa.server.cli;

import dev.balsa.proto.AlarmMember;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.MaintenanceGrpc;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ctl alarm}: lists the alarms of all members, and clears them. */
@Command(name = "alarm", description = "Alarm related commands.")
final class CtlAlarm {
  private final CtlCommand ctl;
  private final Console console;

  CtlAlarm(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this).addSubcommand(new ListAll()).addSubcommand(new Disarm());
  }

  /** {@code alarm list}. */
  @Command(name = "list", description = "Lists all alarms.")
  private final class ListAll implements Runnable {

    @Override
    public void run() {
      Reply.requireFormatOrProtobuf(ctl.format);
      print(ctl.cluster().read(channel -> ask(ctl, channel, AlarmRequest.getDefaultInstance())));
    }
  }

  /** {@code alarm disarm}: as etcd's client, one after the other. */
  @Command(name = "disarm", description = "Disarms all alarms.")
  private final class Disarm implements Runnable {

    @Override
    public void run() {
      Reply.requireFormatOrProtobuf(ctl.format);
      AlarmResponse.Builder disarmed = AlarmResponse.newBuilder();
      ctl.cluster()
          .write(
              channel -> {
                for (AlarmMember alarm :
                    ask(ctl, channel, AlarmRequest.getDefaultInstance()).getAlarmsList()) {
                  disarmed.addAllAlarms(ask(ctl, channel, disarm(alarm)).getAlarmsList());
                }
                return disarmed;
              });
      print(disarmed.build());
    }

    private static AlarmRequest disarm(AlarmMember alarm) {
      return AlarmRequest.newBuilder()
          .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
          .setMemberID(alarm.getMemberID())
          .setAlarm(alarm.getAlarm())
          .build();
    }
  }

  private static AlarmResponse ask(CtlCommand ctl, Channel channel, AlarmRequest request) {
    return MaintenanceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
        .alarm(request);
  }

  private void print(AlarmResponse response) {
    reply(response).print(console, ctl.format, response);
  }

  private static Reply reply(AlarmResponse response) {
    StringBuilder simple = new StringBuilder();
    FieldLines fields = new FieldLines().header(response.getHeader());
    for (AlarmMember alarm : response.getAlarmsList()) {
      if (alarm.getMemberID() != 0) {
        simple.append("memberID:").append(Long.toUnsignedString(alarm.getMemberID())).append(' ');
      }
      simple.append("alarm:").append(alarm.getAlarm()).append(" \n");
      fields.unsigned("MemberID", alarm.getMemberID()).field("AlarmType", alarm.getAlarm()).blank();
    }
    return new Reply(simple.toString(), GoJson.of(response) + "\n", fields.toString());
  }
}
