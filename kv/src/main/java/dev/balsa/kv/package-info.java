/** etcd's data model: a multi-version store of keys, changed by {@link dev.balsa.kv.Command}s. */
package dev.balsa.kv;
