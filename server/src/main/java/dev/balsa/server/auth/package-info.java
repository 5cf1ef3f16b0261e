/**
 * Who calls and what they may: etcd's Auth service, tokens, and the look at every call before its
 * service sees it. What a request may do to the keys is decided where it is applied, in {@code
 * dev.balsa.kv}; here is decided who makes it, and what is not about keys.
 *
 * <pre>
 * call ─► Authentication ─► Login ─► service ─► Command.As(caller, …) ─► log ─► AccessRules
 *            │ token                                                             (every member)
 *            └► Authority ◄─ AuthState, log-ins, as this member has applied them
 * </pre>
 *
 * <p>While authentication is off a call costs one look at a flag.
 */
@NullMarked
package dev.balsa.server.auth;

import org.jspecify.annotations.NullMarked;
