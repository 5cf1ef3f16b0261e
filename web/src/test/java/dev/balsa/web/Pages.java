package dev.balsa.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page's files as tests see them. */
final class Pages {
  private static final Pattern LINE =
      Pattern.compile("  \"((?:[^\"\\\\]|\\\\.)+)\": \"((?:[^\"\\\\]|\\\\.)*)\",?");

  private static final Pattern CHAPTER =
      Pattern.compile("<h2 id=\"(\\w+)\"><a [^>]+>([^<]+)</a></h2>");
  private static final String SAY = "<li><p>";
  private static final String WHY = "<p>";

  /** The page's own scripts. */
  static final List<String> SCRIPTS =
      List.of(
          "account.js",
          "alarms.js",
          "app.js",
          "away.js",
          "bar.js",
          "bugs.js",
          "challenges.js",
          "charts.js",
          "demo.js",
          "diagram.js",
          "dom.js",
          "elections.js",
          "engine.js",
          "feed.js",
          "futures.js",
          "geometry.js",
          "i18n.js",
          "inspector.js",
          "keybrowser.js",
          "keys.js",
          "link.js",
          "live.js",
          "livetables.js",
          "matrix.js",
          "operations.js",
          "player.js",
          "record.js",
          "recorder.js",
          "ring.js",
          "setup.js",
          "shrink.js",
          "table.js",
          "topology.js",
          "tourview.js",
          "why.js",
          "worker.js");

  private Pages() {}

  /** A file of the page. */
  static String text(String name) {
    try (InputStream in = Session.class.getResourceAsStream("ui/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("the page has no file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A language's texts by key; its files have one on each line. */
  static Map<String, String> texts(String language) {
    Map<String, String> texts = tour(language);
    for (String line : text("lang/" + language + ".json").lines().toList()) {
      if (line.equals("{") || line.equals("}")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(language + ".json has no key and text in: " + line);
      }
      if (texts.put(plain(matcher.group(1)), plain(matcher.group(2))) != null) {
        throw new IllegalArgumentException(language + ".json has twice: " + matcher.group(1));
      }
    }
    if (language.equals("en")) {
      texts("zh").keySet().forEach(key -> addOwn(texts, key));
    }
    return texts;
  }

  /** English has the engine's own words, as they are, where its file has no others. */
  private static void addOwn(Map<String, String> texts, String key) {
    if (key.startsWith("what: ")) {
      texts.putIfAbsent(key, key.substring("what: ".length()));
    } else if (key.startsWith("said: ")) {
      String own = key.substring("said: ".length());
      for (int gap = 0; own.contains("%s"); gap++) {
        own = own.replaceFirst("%s", "{" + gap + "}");
      }
      texts.putIfAbsent(key, own);
    }
  }

  /** Those of the tour, from its page to read, which has them in the script's order. */
  private static Map<String, String> tour(String language) {
    Map<String, String> texts = new TreeMap<>();
    Iterator<Tour.Chapter> chapters = Tour.parse(text("tour.txt")).chapters().iterator();
    Iterator<String> steps = Collections.emptyIterator();
    String step = "";
    for (String line : text("lang/" + language + ".html").lines().toList()) {
      Matcher head = CHAPTER.matcher(line);
      if (head.matches()) {
        Tour.Chapter chapter = chapters.next();
        steps = chapter.steps().stream().map(it -> chapter.id() + "." + it.id()).iterator();
        texts.put("chapter." + head.group(1), unescaped(head.group(2)));
      } else if (line.startsWith(SAY)) {
        step = steps.next();
        texts.put("say." + step, unescaped(line.substring(SAY.length())));
      } else if (!step.isEmpty() && line.startsWith(WHY)) {
        texts.put("why." + step, unescaped(line.substring(WHY.length())));
      }
    }
    return texts;
  }

  private static String unescaped(String markup) {
    return markup.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  private static String plain(String quoted) {
    return quoted.replace("\\\"", "\"").replace("\\\\", "\\");
  }

  /** What the world comes down to, as a picture says. */
  static String hash(String picture) {
    int from = picture.indexOf("\"hash\":\"") + 8;
    return picture.substring(from, picture.indexOf('"', from));
  }

  /** How many of the world's events came before a picture. */
  static int moment(String picture) {
    return Integer.parseInt(picture.substring(5, picture.indexOf(',')));
  }

  /** The run, as a picture says it, in one line. */
  static String run(String picture) {
    int from = picture.indexOf("\"run\":\"") + 7;
    return picture.substring(from, picture.indexOf('"', from)).replace("\\u000a", ";");
  }

  /** Leaves a file beside the test reports. */
  static void report(String name, String text) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "reports"));
    Files.writeString(folder.resolve(name), text);
  }
}
