package dev.balsa.server.gateway;

import java.util.Map;
import java.util.TreeMap;

/** Which gRPC method a path of etcd's JSON gateway stands for. */
final class GatewayPaths {
  private static final Map<String, String> METHODS = new TreeMap<>();

  static {
    kv();
    lease();
    cluster();
    maintenance();
    auth();
    concurrency();
    sessions();
  }

  private GatewayPaths() {}

  private static void kv() {
    add("kv/range", "etcdserverpb.KV/Range");
    add("kv/put", "etcdserverpb.KV/Put");
    add("kv/deleterange", "etcdserverpb.KV/DeleteRange");
    add("kv/txn", "etcdserverpb.KV/Txn");
    add("kv/compaction", "etcdserverpb.KV/Compact");
    add("watch", "etcdserverpb.Watch/Watch");
  }

  private static void lease() {
    add("lease/grant", "etcdserverpb.Lease/LeaseGrant");
    add("lease/keepalive", "etcdserverpb.Lease/LeaseKeepAlive");
    for (String prefix : new String[] {"lease/", "kv/lease/"}) { // the older paths still work
      add(prefix + "revoke", "etcdserverpb.Lease/LeaseRevoke");
      add(prefix + "timetolive", "etcdserverpb.Lease/LeaseTimeToLive");
      add(prefix + "leases", "etcdserverpb.Lease/LeaseLeases");
    }
  }

  private static void cluster() {
    add("cluster/member/add", "etcdserverpb.Cluster/MemberAdd");
    add("cluster/member/remove", "etcdserverpb.Cluster/MemberRemove");
    add("cluster/member/update", "etcdserverpb.Cluster/MemberUpdate");
    add("cluster/member/list", "etcdserverpb.Cluster/MemberList");
    add("cluster/member/promote", "etcdserverpb.Cluster/MemberPromote");
  }

  private static void maintenance() {
    add("maintenance/alarm", "etcdserverpb.Maintenance/Alarm");
    add("maintenance/status", "etcdserverpb.Maintenance/Status");
    add("maintenance/defragment", "etcdserverpb.Maintenance/Defragment");
    add("maintenance/hash", "etcdserverpb.Maintenance/Hash");
    add("maintenance/hashkv", "etcdserverpb.Maintenance/HashKV");
    add("maintenance/snapshot", "etcdserverpb.Maintenance/Snapshot");
    add("maintenance/transfer-leadership", "etcdserverpb.Maintenance/MoveLeader");
    add("maintenance/downgrade", "etcdserverpb.Maintenance/Downgrade");
  }

  private static void auth() {
    add("auth/enable", "etcdserverpb.Auth/AuthEnable");
    add("auth/disable", "etcdserverpb.Auth/AuthDisable");
    add("auth/status", "etcdserverpb.Auth/AuthStatus");
    add("auth/authenticate", "etcdserverpb.Auth/Authenticate");
    add("auth/user/add", "etcdserverpb.Auth/UserAdd");
    add("auth/user/get", "etcdserverpb.Auth/UserGet");
    add("auth/user/list", "etcdserverpb.Auth/UserList");
    add("auth/user/delete", "etcdserverpb.Auth/UserDelete");
    add("auth/user/changepw", "etcdserverpb.Auth/UserChangePassword");
    add("auth/user/grant", "etcdserverpb.Auth/UserGrantRole");
    add("auth/user/revoke", "etcdserverpb.Auth/UserRevokeRole");
    add("auth/role/add", "etcdserverpb.Auth/RoleAdd");
    add("auth/role/get", "etcdserverpb.Auth/RoleGet");
    add("auth/role/list", "etcdserverpb.Auth/RoleList");
    add("auth/role/delete", "etcdserverpb.Auth/RoleDelete");
    add("auth/role/grant", "etcdserverpb.Auth/RoleGrantPermission");
    add("auth/role/revoke", "etcdserverpb.Auth/RoleRevokePermission");
  }

  private static void concurrency() {
    add("lock/lock", "v3lockpb.Lock/Lock");
    add("lock/unlock", "v3lockpb.Lock/Unlock");
    add("election/campaign", "v3electionpb.Election/Campaign");
    add("election/proclaim", "v3electionpb.Election/Proclaim");
    add("election/leader", "v3electionpb.Election/Leader");
    add("election/observe", "v3electionpb.Election/Observe");
    add("election/resign", "v3electionpb.Election/Resign");
  }

  /** Not etcd's. */
  private static void sessions() {
    add("session/open", "balsapb.Sessions/SessionOpen");
    add("session/keepalive", "balsapb.Sessions/SessionKeepAlive");
    add("session/close", "balsapb.Sessions/SessionClose");
  }

  private static void add(String path, String method) {
    METHODS.put("/v3/" + path, method);
  }

  /** Full gRPC method names by path. */
  static Map<String, String> methods() {
    return METHODS;
  }
}
