package dev.balsa.web;

import com.microsoft.playwright.Page;
import java.util.Arrays;
import java.util.List;

/** Words in Latin letters that a Chinese page may have: names, keys, commands and their words. */
final class Terms {
  static final List<String> LATIN =
      List.of(
          """
          Balsa Raft CCF ClickHouse Consul Jepsen canonical raft openraft etcd cbb
          Esc Home Shift KiB MiB
          LogCabin Alagappan FAST NATS pikiwidb Camunda butaneprotocol oracles Apache Ratis
          Diego Ongaro dev ecce cecb eed afd ccaf efa
          balsa ctl endpoint hashkv sim replay trace save FILE SEED backend bytes quota
          election timeout root application json
          LEARNER JOINING test
          add learn promote demote remove batch one off power process see shots
          """
              .split("\\s+"));

  private static final String FOREIGN =
      """
      terms => {
        const known = new Set(terms);
        const found = new Set();
        const look = (text, where) => {
          for (const word of (text || '').replace(/“[^”]*”|\\b[0-9a-f]{16}\\b/g, '').match(/[A-Za-z]{3,}/g) || []) {
            if (!known.has(word)) {
              found.add(`${word} in ${where}: ${text.trim().slice(0, 90)}`);
            }
          }
        };
        for (const element of document.body.querySelectorAll('*')) {
          if (!element.closest('script, noscript, option[lang]')) {
            for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
              look(element.getAttribute(name), name);
            }
            for (const child of element.childNodes) {
              look(child.nodeType === Node.TEXT_NODE ? child.data : '', element.nodeName);
            }
          }
        }
        look(document.title, 'title');
        look(document.querySelector('meta[name=description]').content, 'description');
        return [...found];
      }\
      """;

  private Terms() {}

  /** Latin words that a page shows or tells a screen reader, quotations aside, each with where. */
  static List<String> foreign(Page page) {
    Object found = page.evaluate(FOREIGN, LATIN);
    return found instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : Arrays.asList(String.valueOf(found));
  }
}
