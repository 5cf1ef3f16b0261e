package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.AuthDisableRequest;
import dev.balsa.proto.AuthEnableRequest;
import dev.balsa.proto.AuthRoleAddRequest;
import dev.balsa.proto.AuthRoleDeleteRequest;
import dev.balsa.proto.AuthRoleGetRequest;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.AuthRoleListRequest;
import dev.balsa.proto.AuthRoleRevokePermissionRequest;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserChangePasswordRequest;
import dev.balsa.proto.AuthUserDeleteRequest;
import dev.balsa.proto.AuthUserGetRequest;
import dev.balsa.proto.AuthUserGrantRoleRequest;
import dev.balsa.proto.AuthUserListRequest;
import dev.balsa.proto.AuthUserRevokeRoleRequest;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.Permission;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Users who may do this and not that, change what they may, and ask all kinds of things. */
final class UserTheme implements Theme {
  static final String ROOT = "root";
  static final String ROOT_PASSWORD = "p";

  private static final int CALM = 40;
  private static final List<String> USERS = List.of("u1", "u2", "u3");
  private static final List<String> ROLES = List.of("r1", "r2", "r3");
  private static final List<String> PASSWORDS = List.of("p", "q", "");

  private final Random random;
  private final RandomRequests requests;
  private final Deque<Step> planned = new ArrayDeque<>();
  private final Map<String, Message> once = new TreeMap<>(); // who logs in to ask for what
  private int sinceCalm;

  UserTheme(Random random) {
    this.random = random;
    this.requests = new RandomRequests(random);
    for (int n = random.nextInt(12); n > 0; n--) {
      plan(manage(), null);
    }
    plan(AuthDisableRequest.getDefaultInstance(), null);
    plan(addUser(ROOT, ROOT_PASSWORD), null);
    plan(grantRole(ROOT, ROOT), null);
    for (int n = 0; n < USERS.size() - 1; n++) {
      plan(addUser(USERS.get(n), "p"), null);
      plan(AuthRoleAddRequest.newBuilder().setName(ROLES.get(n)).build(), null);
      plan(permit(ROLES.get(n)), null);
      plan(grantRole(USERS.get(n), ROLES.get(n)), null);
    }
    plan(AuthEnableRequest.getDefaultInstance(), null);
    plan(logIn(ROOT, ROOT_PASSWORD), null);
    USERS.forEach(user -> plan(logIn(user, "p"), null));
  }

  private void plan(Message request, @Nullable String user) {
    planned.add(Step.ask(request, user));
  }

  @Override
  public Step next() {
    if (planned.isEmpty()) {
      plan();
    }
    return planned.remove();
  }

  @Override
  public void heard(Step step, Answer answer) {
    requests.revision(answer.revision());
    if (step instanceof Step.Ask ask && ask.request() instanceof AuthenticateRequest logIn) {
      Message waiting = once.remove(logIn.getName());
      if (waiting != null && answer.response() != null) {
        planned.addFirst(Step.ask(waiting, logIn.getName()));
      }
    }
  }

  private void plan() {
    int kind = random.nextInt(100);
    if (++sinceCalm == CALM) {
      sinceCalm = 0;
      planned.addAll(WatchTheme.settled(ROOT));
    } else if (kind < 50) {
      ask(requests.next());
    } else if (kind < 60) {
      int stream = random.nextInt(USERS.size());
      planned.add(new Step.OnStream(stream, watch(), USERS.get(stream)));
    } else if (kind < 64) {
      plan(logIn(name(USERS), password()), null);
    } else if (kind < 66) {
      plan(password(ROOT, ROOT_PASSWORD), ROOT); // which ends root's tokens
      plan(logIn(ROOT, ROOT_PASSWORD), null);
    } else {
      plan(manage(), requests.oneIn(3) ? someone() : ROOT);
    }
  }

  /** Leases are asked for by users who have just logged in, if they could. */
  private void ask(Message request) {
    if (KnownDifference.LEASES_NEED_A_USER.touches(request)) {
      String user = USERS.get(random.nextInt(USERS.size()));
      plan(logIn(user, "p"), null);
      once.put(user, request);
    } else {
      plan(request, KnownDifference.isForRoot(request) ? ROOT : someone());
    }
  }

  private @Nullable String someone() {
    int kind = random.nextInt(20);
    return switch (kind) {
      case 0 -> null;
      case 1 -> Step.WRONG;
      case 2 -> Step.OLD + USERS.get(random.nextInt(USERS.size()));
      case 3, 4 -> ROOT;
      default -> USERS.get(random.nextInt(USERS.size()));
    };
  }

  /** With an end and not backwards, see {@link KnownDifference#WATCH_WITHOUT_END}. */
  private WatchRequest watch() {
    ByteString end = requests.end();
    WatchCreateRequest.Builder create =
        WatchCreateRequest.newBuilder()
            .setKey(requests.key())
            .setRangeEnd(end.equals(RandomRequests.ZERO) ? ByteString.EMPTY : end)
            .setPrevKv(requests.oneIn(2));
    if (KnownDifference.asksBackwards(create.buildPartial())) {
      create.clearRangeEnd();
    }
    return WatchRequest.newBuilder().setCreateRequest(create).build();
  }

  private Message manage() {
    return switch (random.nextInt(20)) {
      case 0 -> newcomer(name(USERS), password());
      case 1 -> AuthUserDeleteRequest.newBuilder().setName(name(USERS)).build();
      case 2 -> AuthUserGetRequest.newBuilder().setName(name(USERS)).build();
      case 3 -> AuthUserListRequest.getDefaultInstance();
      case 4 -> password(USERS.get(random.nextInt(USERS.size())), password());
      case 5, 6 -> grantRole(name(USERS), name(ROLES));
      case 7 ->
          AuthUserRevokeRoleRequest.newBuilder().setName(name(USERS)).setRole(name(ROLES)).build();
      case 8 -> AuthRoleAddRequest.newBuilder().setName(name(ROLES)).build();
      case 9 -> AuthRoleDeleteRequest.newBuilder().setRole(name(ROLES)).build();
      case 10, 11 -> AuthRoleGetRequest.newBuilder().setRole(name(ROLES)).build();
      case 12 -> AuthRoleListRequest.getDefaultInstance();
      case 13, 14, 15, 16 -> permit(name(ROLES));
      case 17, 18 ->
          AuthRoleRevokePermissionRequest.newBuilder()
              .setRole(name(ROLES))
              .setKey(requests.key())
              .setRangeEnd(requests.end())
              .build();
      default -> AuthEnableRequest.getDefaultInstance();
    };
  }

  /** Root keeps its password, or nobody could switch authentication off after the round. */
  private static Message newcomer(String name, String password) {
    return addUser(name, name.equals(ROOT) ? ROOT_PASSWORD : password);
  }

  private static Message addUser(String name, String password) {
    return AuthUserAddRequest.newBuilder().setName(name).setPassword(password).build();
  }

  private static Message password(String name, String password) {
    return AuthUserChangePasswordRequest.newBuilder().setName(name).setPassword(password).build();
  }

  private static Message grantRole(String user, String role) {
    return AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build();
  }

  private static Message logIn(String name, String password) {
    return AuthenticateRequest.newBuilder().setName(name).setPassword(password).build();
  }

  private Message permit(String role) {
    Permission.Builder permission =
        Permission.newBuilder()
            .setPermTypeValue(random.nextInt(requests.oneIn(20) ? 5 : 3))
            .setKey(requests.key())
            .setRangeEnd(requests.end());
    return AuthRoleGrantPermissionRequest.newBuilder().setName(role).setPerm(permission).build();
  }

  /** Mostly one of {@code names}, sometimes root, nobody or unknown. */
  private String name(List<String> names) {
    return switch (random.nextInt(16)) {
      case 0 -> ROOT;
      case 1 -> "";
      case 2 -> "nobody";
      default -> names.get(random.nextInt(names.size()));
    };
  }

  private String password() {
    return requests.oneIn(3) ? PASSWORDS.get(random.nextInt(PASSWORDS.size())) : "p";
  }
}
