package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.rpc.ApiVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The live view of three real members in a real browser, through a kill, an election, a restart.
 */
class LiveViewTest {
  @RegisterExtension private static final Chromium chromium = new Chromium();

  @TempDir private static Path folder;
  private static ThreeServers servers;

  @BeforeAll
  static void start() throws Exception {
    servers = ThreeServers.start(folder);
  }

  @AfterAll
  static void stop() {
    if (servers != null) {
      servers.close();
    }
  }

  /** The view of one member, at {@code width} pixels. */
  private static Page look(String member, String language, int width, ColorScheme scheme) {
    String address = "http://" + servers.endpoint(member) + "/ui/?lang=" + language + "#live";
    Page page = chromium.open(address, width, scheme);
    page.waitForSelector("html[data-live=connected]");
    return page;
  }

  private static String row(String member, String role) {
    return "tr[data-member=" + member + "][data-role=" + role + "]";
  }

  private static void put(String member, String key, String value) {
    var unused =
        KVGrpc.newBlockingStub(servers.channel(member))
            .put(
                PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8(key))
                    .setValue(ByteString.copyFromUtf8(value))
                    .build());
  }

  @Test
  void aKilledLeaderIsUnknownItsSuccessorLeadsAndItsReturnIsSeen() throws Exception {
    String leader = servers.awaitLeader();
    String witness = ThreeServers.NAMES.stream().filter(it -> !it.equals(leader)).findFirst().get();
    Page page = look(witness, "en", 1280, ColorScheme.LIGHT);
    page.waitForSelector(row(leader, "LEADER"));
    page.waitForSelector("#live-headline.good");
    page.waitForCondition(
        () -> page.textContent("#live-title").contains("failures still tolerable: 1"));

    servers.kill(leader);
    page.waitForSelector(row(leader, "UNKNOWN"));
    page.waitForSelector("tr[data-role=LEADER]:not([data-member=" + leader + "])");
    page.waitForSelector("#live-headline.warn");
    page.waitForSelector("[data-alarm=unknown]");
    page.waitForSelector("[data-alarm=risk]");
    page.waitForCondition(
        () -> page.locator(".live-link.broken[data-to=" + leader + "]").count() > 0);
    assertThat(page.textContent("#live-title")).contains("no further failure");
    assertThat(page.locator("tr[data-view=" + leader + "]").textContent()).contains("unknown");

    servers.launch(leader);
    page.waitForSelector(row(leader, "FOLLOWER"));
    page.waitForSelector("#live-headline.good");
    assertThat(page.locator("#live-elections tr[data-term]").count()).isGreaterThanOrEqualTo(2);
    assertThat(page.textContent("#live-elections")).contains("heard no leader");
  }

  @Test
  void theChineseViewHasNoEnglishThroughKillElectionAndRestart() throws Exception {
    String leader = servers.awaitLeader();
    List<String> others = ThreeServers.NAMES.stream().filter(it -> !it.equals(leader)).toList();
    put(leader, "钥匙", "值");
    Page page = look(others.getFirst(), "zh", 1280, ColorScheme.LIGHT);
    page.waitForSelector(row(leader, "LEADER"));
    page.waitForSelector("#live-headline.good");
    assertChinese(page, "all is well");
    page.fill("[data-k=keys-prefix]", "钥");
    page.click("[data-k=keys-list]");
    page.click("[data-k=key-0]");
    page.waitForSelector(".key-detail pre");
    assertChinese(page, "keys");
    page.click("[data-k=remove-" + others.getLast() + "]");
    page.waitForSelector("[data-plan=keeps]");
    assertChinese(page, "a removal in question");
    page.click("[data-k=cancel]");
    page.fill("[data-k=compact-revision]", "1000000");
    page.click("[data-k=compact]");
    page.click("[data-k=confirm]");
    page.waitForSelector("[data-outcome=bad]");
    assertChinese(page, "a refused compaction");

    servers.kill(leader);
    page.waitForSelector(row(leader, "UNKNOWN"));
    assertChinese(page, "a member is unknown");
    page.waitForSelector("tr[data-role=LEADER]:not([data-member=" + leader + "])");
    page.waitForSelector("#live-headline.warn");
    page.waitForSelector("[data-why=Held]");
    page.waitForSelector("[data-alarm=unknown]");
    page.waitForSelector("[data-alarm=risk]");
    assertChinese(page, "another leads");
    servers.kill(others.getLast());
    page.waitForSelector("[data-why=VotesMissing]");
    assertChinese(page, "no majority");

    servers.launch(leader);
    servers.launch(others.getLast());
    page.waitForSelector("#live-headline.good");
    page.waitForCondition(() -> page.locator("[data-why]").count() == 0);
    assertThat(page.locator("#live-elections tr[data-term]").count()).isGreaterThanOrEqualTo(2);
    assertChinese(page, "all are back");
    servers.kill(others.getFirst());
    page.waitForSelector("html[data-live=lost]");
    page.waitForSelector("#live-headline.unknown");
    assertChinese(page, "the member of the page is away");
    servers.launch(others.getFirst());
    page.waitForSelector("html[data-live=connected]");
    page.waitForSelector("#live-headline.good");
  }

  @Test
  void whatAnOperatorDoesIsAnsweredInChinese() throws Exception {
    String leader = servers.awaitLeader();
    put(leader, "走", "{\"值\":1}");
    Page page = look(leader, "zh", 1280, ColorScheme.DARK);
    page.waitForSelector("#live-headline.good");
    page.click("[data-k=account]");
    page.fill("[data-k=user]", "root");
    page.click("[data-k=log-in]");
    page.waitForSelector("[data-outcome=bad]");
    assertChinese(page, "nobody need log in");

    page.fill("[data-k=keys-prefix]", "走");
    page.click("[data-k=keys-list]");
    page.click("[data-k=key-0]");
    page.click("[data-k=keys-watch]");
    page.waitForSelector("[data-k=keys-watch][aria-pressed=true]");
    put(leader, "走", "{\"值\":2}");
    page.waitForSelector(".key-detail li:nth-child(2)");
    page.click("[data-k=keys-save]");
    page.waitForSelector("#live-keys [role=alert]");
    assertChinese(page, "a key that somebody else has changed");

    assertThat(page.waitForDownload(() -> page.click("[data-k=snapshot]")).failure()).isNull();
    page.waitForSelector("[data-outcome=good]");
    assertThat(page.waitForDownload(() -> page.click("[data-k=recorder-save]")).failure()).isNull();
    page.waitForCondition(() -> page.textContent("#live-recorder").contains("已保存"));
    assertChinese(page, "a snapshot and a record are saved");

    addLearner(page, servers.peerUrl("m1"));
    page.waitForSelector("[data-outcome=bad]");
    assertChinese(page, "a peer URL that is taken");
    addLearner(page, "http://127.0.0.1:1");
    page.waitForSelector("[data-outcome=good] code");
    assertThat(page.textContent("[data-outcome] code"))
        .contains("m1=" + servers.peerUrl("m1"), "NAME=http://127.0.0.1:1", "state existing");
    page.waitForSelector("[data-k^=promote-]");
    String learner = page.getAttribute("[data-k^=promote-]", "data-k").substring(8);
    assertChinese(page, "a learner that has not come yet");
    confirm(page, "promote-" + learner, learner);
    page.waitForSelector("[data-outcome=bad]");
    assertChinese(page, "a learner that is not caught up");
    confirm(page, "remove-" + learner, learner);
    page.waitForSelector("[data-outcome=good]");
    page.waitForSelector("#live-headline.good");

    String heir = ThreeServers.NAMES.stream().filter(it -> !it.equals(leader)).findFirst().get();
    confirm(page, "transfer-" + heir, heir);
    page.waitForSelector(row(leader, "FOLLOWER"));
    page.waitForSelector("#live-headline.good");
    assertChinese(page, "another leads");
  }

  private static void addLearner(Page page, String peerUrl) {
    page.fill("[data-k=add-peers]", peerUrl);
    page.click("[data-k=add-learner]");
    page.waitForSelector("[data-plan=keeps]");
    page.click("[data-k=confirm]");
  }

  private static void confirm(Page page, String operation, String member) {
    page.click("[data-k=" + operation + "]");
    page.fill("[data-k=typed]", member);
    page.click("[data-k=confirm]");
  }

  private static void assertChinese(Page page, String when) throws IOException {
    assertThat(Chromium.foreign(page)).as(when).isEmpty();
  }

  @Test
  void withoutItsMemberThePageSaysThatNothingIsKnownAndFindsItAgain() throws Exception {
    Page page = look("m3", "en", 1280, ColorScheme.LIGHT);
    page.waitForSelector(row("m3", "FOLLOWER") + ", " + row("m3", "LEADER"));

    servers.kill("m3");
    page.waitForSelector("html[data-live=lost]");
    page.waitForSelector("#live-headline.unknown");
    assertThat(page.locator("#live-members tr[data-known]").count()).isZero();
    assertThat(page.textContent("#live-title")).contains("nothing is known now");

    servers.launch("m3");
    page.waitForSelector("html[data-live=connected]");
    page.waitForSelector("#live-headline.good");
  }

  @Test
  void theHeadlineSaysWhyNothingGoesOnAndWhatToDoInBothLanguages() throws Exception {
    String leader = servers.awaitLeader();
    List<String> others = ThreeServers.NAMES.stream().filter(it -> !it.equals(leader)).toList();
    Page english = look(leader, "en", 1280, ColorScheme.LIGHT);
    Page chinese = look(leader, "zh", 1280, ColorScheme.DARK);
    english.waitForSelector("#live-headline.good");

    servers.kill(others.getFirst());
    english.waitForSelector("[data-why=Held]");
    assertThat(english.textContent("[data-why=Held]"))
        .contains(
            others.getFirst() + " gets no entries: it says nothing", "What to do: start that");
    chinese.waitForSelector("[data-why=Held]");
    assertThat(chinese.textContent("[data-why=Held]"))
        .contains(others.getFirst() + " 收不到条目：它没有任何消息", "怎么办：启动该成员");

    servers.kill(others.getLast());
    english.waitForSelector("[data-why=VotesMissing]");
    assertThat(english.textContent("[data-why=VotesMissing]"))
        .contains(others.getFirst(), others.getLast(), "start the silent members");
    assertThat(english.textContent("#live-title")).contains("No majority");
    assertThat(english.textContent("#live-headline dl")).contains("Readable", "may be old");

    servers.launch(others.getFirst());
    servers.launch(others.getLast());
    english.waitForSelector("#live-headline.good");
    english.waitForCondition(() -> english.locator("[data-why]").count() == 0);
  }

  @Test
  void anOperatorHandsTheLeadershipOverCompactsAndSeesWhatARemovalWouldMean() throws Exception {
    String leader = servers.awaitLeader();
    String heir = ThreeServers.NAMES.stream().filter(it -> !it.equals(leader)).findFirst().get();
    put(leader, "operated", "1");
    Page page = look(leader, "en", 1280, ColorScheme.LIGHT);
    page.waitForSelector("#live-headline.good");

    page.click("[data-k=remove-" + heir + "]");
    page.waitForSelector("[data-plan=keeps]");
    assertThat(page.textContent("[data-plan]"))
        .contains("Voters: 3, afterwards 2", "afterwards: 0");
    assertThat(page.isDisabled("[data-k=confirm]")).isTrue();
    page.keyboard().press("Tab");
    page.click("[data-k=cancel]");

    page.fill("[data-k=compact-revision]", "2");
    page.click("[data-k=compact]");
    page.click("[data-k=confirm]");
    page.waitForSelector("[data-outcome=good]");

    Download snapshot = page.waitForDownload(() -> page.click("[data-k=snapshot]"));
    assertThat(Files.size(snapshot.path())).isPositive();

    page.click("[data-k=transfer-" + heir + "]");
    page.fill("[data-k=typed]", heir);
    page.keyboard().press("Enter");
    page.waitForSelector(
        "[data-k=transfer-" + heir + "]",
        new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED));
    page.waitForSelector(row(leader, "FOLLOWER"));
  }

  @ParameterizedTest
  @CsvSource({"en, ms, seconds|minutes", "zh, 毫秒, 秒钟|分钟"})
  void theTablesTellEachMembersFiguresInTheReadersUnits(
      String language, String millis, String times) throws Exception {
    servers.awaitServing("m1");
    put("m1", "figures", "1");
    Page page = look("m1", language, 1280, ColorScheme.LIGHT);
    page.waitForSelector("#live-headline.good");

    String row = "tr[data-member=m2] [data-figure=";
    assertThat(page.textContent(row + "version]")).isEqualTo(ApiVersion.SERVER);
    assertThat(page.textContent(row + "up]")).containsPattern("^\\d+ ?(" + times + ")$");
    assertThat(page.textContent(row + "size]")).containsPattern(" / 2\\.0\u00a0GiB$");
    assertThat(page.textContent(row + "clock]")).isEqualTo("0 " + millis);
    page.waitForCondition(
        () -> page.textContent("tr[data-work=m1] [data-figure=put]").endsWith(millis));
    page.waitForCondition(() -> page.textContent("tr[data-view=m1]").contains(millis));
  }

  @Test
  void hostileKeysAndValuesAreTextAndTheirHistoryIsThere() throws Exception {
    String key = "<img src=x onerror=alert(1)>";
    servers.awaitServing("m1");
    put("m1", key, "first </script>");
    put("m1", key, "<b>second</b>");
    Page page = look("m1", "en", 1280, ColorScheme.LIGHT);

    page.fill("[data-k=keys-prefix]", "<img");
    page.click("[data-k=keys-list]");
    page.click("[data-k=key-0]");
    page.waitForSelector(".key-detail li:nth-child(2)");

    assertThat(page.textContent("[data-k=key-0]")).isEqualTo(key);
    assertThat(page.locator(".key-detail pre").allTextContents())
        .containsExactly("<b>second</b>", "first </script>");
    assertThat(page.locator("#liveview img, #liveview pre b").count()).isZero();
  }

  @Test
  void aKeyIsSeenToChangeAndIsChangedOnlyWhereNobodyElseHas() throws Exception {
    servers.awaitServing("m1");
    put("m1", "edited", "{\"n\":1}");
    Page page = look("m1", "en", 1280, ColorScheme.LIGHT);
    page.fill("[data-k=keys-prefix]", "edited");
    page.click("[data-k=keys-list]");
    page.click("[data-k=key-0]");
    page.click("[data-k=keys-watch]");
    page.waitForSelector("[data-k=keys-watch][aria-pressed=true]");

    put("m2", "edited", "{\"n\":2}");
    page.waitForSelector(".key-detail li:nth-child(2)");
    assertThat(page.textContent(".key-detail mark")).isEqualTo("2");
    page.fill("[data-k=keys-edit]", "lost");
    page.click("[data-k=keys-save]");
    page.waitForSelector("#live-keys [role=alert]");
    assertThat(page.textContent("#live-keys [role=alert]")).contains("nothing was written");

    page.click("[data-k=key-0]");
    page.waitForCondition(() -> page.inputValue("[data-k=keys-edit]").equals("{\"n\":2}"));
    page.fill("[data-k=keys-edit]", "mine");
    page.click("[data-k=keys-save]");
    page.waitForSelector(".key-detail li:nth-child(3)");
    page.selectOption("[data-k=keys-form]", "hex");
    assertThat(page.locator(".key-detail pre").allTextContents())
        .containsExactly("0x6d696e65", "0x7b226e223a327d", "0x7b226e223a317d");
  }

  @ParameterizedTest
  @CsvSource({"en, LIGHT, 1280", "zh, DARK, 1280", "en, DARK, 320"})
  void theViewBreaksNoRuleForAccessiblePages(String language, ColorScheme scheme, int width)
      throws Exception {
    servers.awaitServing("m1");
    Page page = look("m1", language, width, scheme);
    page.waitForSelector("#live-headline.good");
    page.waitForSelector("[data-k=snapshot]");

    assertThat(Chromium.violations(page)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"320, zh", "768, en", "1280, zh", "1920, en"})
  void nothingIsWiderThanTheWindow(int width, String language) throws Exception {
    servers.awaitServing("m1");
    Page page = look("m1", language, width, ColorScheme.LIGHT);
    page.waitForSelector(row("m1", "FOLLOWER") + ", " + row("m1", "LEADER"));

    assertThat(page.evaluate("document.documentElement.scrollWidth"))
        .isEqualTo(page.evaluate("document.documentElement.clientWidth"));
  }

  @Test
  void picturesForTheReadmeAreCurrent() throws Exception {
    boolean rewrite = Boolean.getBoolean("pictures.rewrite");
    Path pictures = rewrite ? Path.of("..", "docs", "img") : folder;
    for (String name : ThreeServers.NAMES) {
      servers.awaitServing(name);
    }
    for (int i = 0; i < 20; i++) {
      put("m1", "color/" + i, "green");
    }
    List<Path> made = new ArrayList<>();
    for (String language : List.of("en", "zh")) {
      ColorScheme scheme = language.equals("en") ? ColorScheme.LIGHT : ColorScheme.DARK;
      Page page = look("m1", language, 1280, scheme);
      page.waitForSelector("#live-headline.good");
      page.waitForCondition(() -> page.locator("#live-charts .series-0[d*=L]").count() > 0);
      made.add(picture(page, pictures.resolve("live-" + language + ".png")));
    }

    assertThat(made).allSatisfy(file -> assertThat(file).isNotEmptyFile());
  }

  private static Path picture(Page page, Path file) throws IOException {
    Files.write(file, page.screenshot());
    return file;
  }
}
