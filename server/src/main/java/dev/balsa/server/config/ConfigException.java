package dev.balsa.server.config;

/** A setting that cannot be used; the message names it, its value and the remedy. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A refusal with the whole message for the person who started the server. */
  public ConfigException(String message) {
    super(message);
  }
}
