package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.balsa.proto.AlarmMember;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.LeaseLeasesResponse;
import dev.balsa.proto.LeaseStatus;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.StatusResponse;
import io.grpc.Status;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server says to one request: a response, or an error's code and text.
 *
 * @param text all of it in common names
 * @param revision of the header, 0 for an error
 * @param response in common names, null for an error
 */
record Answer(String text, long revision, @Nullable Message response) {
  /** The answer of a server that has {@code names}. */
  static Answer of(Message response, Names names) {
    Message common = sorted(names.common(response));
    return new Answer(common.toString(), revision(common), common);
  }

  static Answer of(Status error) {
    return new Answer(error.getCode() + ": " + error.getDescription() + "\n", 0, null);
  }

  /** etcd promises no order of leases, of a lease's keys and of alarms. */
  private static Message sorted(Message response) {
    return switch (response) {
      case LeaseTimeToLiveResponse it -> sorted(it);
      case LeaseLeasesResponse it -> sorted(it);
      case AlarmResponse it -> sorted(it);
      case StatusResponse it -> sorted(it);
      default -> response;
    };
  }

  private static Message sorted(LeaseTimeToLiveResponse response) {
    List<ByteString> keys =
        response.getKeysList().stream()
            .sorted(ByteString.unsignedLexicographicalComparator())
            .toList();
    return response.toBuilder().clearKeys().addAllKeys(keys).build();
  }

  private static Message sorted(LeaseLeasesResponse response) {
    List<LeaseStatus> leases =
        response.getLeasesList().stream()
            .sorted(Comparator.comparingLong(LeaseStatus::getID))
            .toList();
    return response.toBuilder().clearLeases().addAllLeases(leases).build();
  }

  private static Message sorted(AlarmResponse response) {
    List<AlarmMember> alarms =
        response.getAlarmsList().stream()
            .sorted(Comparator.comparingLong(AlarmMember::getMemberID))
            .sorted(Comparator.comparingInt(AlarmMember::getAlarmValue))
            .toList();
    return response.toBuilder().clearAlarms().addAllAlarms(alarms).build();
  }

  private static Message sorted(StatusResponse response) {
    List<String> errors = response.getErrorsList().stream().sorted().toList();
    return response.toBuilder().clearErrors().addAllErrors(errors).build();
  }

  private static long revision(Message response) {
    FieldDescriptor field = response.getDescriptorForType().findFieldByName("header");
    return field == null ? 0 : ((ResponseHeader) response.getField(field)).getRevision();
  }
}
