package dev.balsa.server.rpc;

import dev.balsa.kv.Alarm;
import dev.balsa.proto.AlarmMember;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.AlarmType;
import dev.balsa.proto.ResponseHeader;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Alarms between the wire and the store. */
final class AlarmMapping {
  private AlarmMapping() {}

  /**
   * The type that {@code type} stands for, null for none or all.
   *
   * @throws StatusRuntimeException if it is unknown, at which etcd would panic
   */
  static Alarm.@Nullable Type type(AlarmType type, int value) {
    return switch (type) {
      case NONE -> null;
      case NOSPACE -> Alarm.Type.NOSPACE;
      case CORRUPT -> Alarm.Type.CORRUPT;
      case UNRECOGNIZED ->
          throw Status.INVALID_ARGUMENT
              .withDescription(
                  "etcdserver: alarm type " + value + " is unknown; 1 is NOSPACE, 2 CORRUPT")
              .asRuntimeException();
    };
  }

  static AlarmResponse response(ResponseHeader header, List<Alarm> alarms) {
    AlarmResponse.Builder response = AlarmResponse.newBuilder().setHeader(header);
    for (Alarm alarm : alarms) {
      response.addAlarms(
          AlarmMember.newBuilder().setMemberID(alarm.member()).setAlarm(type(alarm)));
    }
    return response.build();
  }

  private static AlarmType type(Alarm alarm) {
    return switch (alarm.type()) {
      case NOSPACE -> AlarmType.NOSPACE;
      case CORRUPT -> AlarmType.CORRUPT;
    };
  }

  /** As etcd's status prints it, the space at the end included. */
  static String text(Alarm alarm) {
    String member =
        alarm.member() == 0 ? "" : "memberID:" + Long.toUnsignedString(alarm.member()) + " ";
    return member + "alarm:" + alarm.type() + " ";
  }
}
