package dev.balsa.sim;

import dev.balsa.sim.Campaign.Failure;
import dev.balsa.sim.Plan.ClientPlan;
import dev.balsa.sim.Plan.TimedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a failing plan smaller while it fails. */
final class Shrinking {
  private final Function<Plan, @Nullable Failure> attempt;
  private final BooleanSupplier goOn;

  Shrinking(Function<Plan, @Nullable Failure> attempt, BooleanSupplier goOn) {
    this.attempt = attempt;
    this.goOn = goOn;
  }

  Failure shrink(Failure failure) {
    Failure best = failure;
    Failure before;
    do {
      before = best;
      best = storm(best);
      best = faults(best);
      best = clients(best);
      best = requests(best);
      best = weather(best);
      best = better(best, best.plan().withoutSnapshots());
    } while (!best.equals(before) && goOn.getAsBoolean());
    return best;
  }

  private Failure better(Failure best, Plan smaller) {
    Failure failure = goOn.getAsBoolean() ? attempt.apply(smaller) : null;
    return failure == null ? best : failure;
  }

  /** Ends the storm earlier. */
  private Failure storm(Failure start) {
    Failure best = start;
    for (int eighths = 1; eighths < 8; eighths++) {
      Plan plan = start.plan();
      long nanos = plan.stormNanos() / 8 * eighths;
      List<TimedFault> kept = plan.faults().stream().filter(f -> f.at() <= nanos).toList();
      best = better(start, plan.withStorm(nanos).withFaults(kept));
      if (!best.equals(start)) {
        return best;
      }
    }
    return best;
  }

  /** Leaves out halves of the faults, then quarters, down to single ones. */
  private Failure faults(Failure start) {
    Failure best = start;
    for (int chunk = Math.max(1, start.plan().faults().size() / 2); chunk > 0; chunk /= 2) {
      int at = 0;
      while (at < best.plan().faults().size() && goOn.getAsBoolean()) {
        List<TimedFault> fewer = new ArrayList<>(best.plan().faults());
        fewer.subList(at, Math.min(at + chunk, fewer.size())).clear();
        Failure next = better(best, best.plan().withFaults(fewer));
        at = next.equals(best) ? at + chunk : at;
        best = next;
      }
    }
    return best;
  }

  private Failure clients(Failure start) {
    Failure best = start;
    for (ClientPlan client : start.plan().clients()) {
      List<ClientPlan> fewer = new ArrayList<>(best.plan().clients());
      fewer.remove(client);
      best = better(best, best.plan().withClients(fewer));
    }
    return best;
  }

  /** Lets each client ask less. */
  private Failure requests(Failure start) {
    Failure best = start;
    for (ClientPlan client : start.plan().clients()) {
      for (long max = Math.min(client.requestsMax(), 4096) / 2; max >= 0; max = max / 2) {
        List<ClientPlan> others = new ArrayList<>(best.plan().clients());
        int place = others.indexOf(client);
        others.removeIf(other -> other.client() == client.client());
        others.add(Math.max(0, place), new ClientPlan(client.client(), client.thinkNanos(), max));
        Failure next = better(best, best.plan().withClients(others));
        if (next.equals(best) || max == 0) {
          break;
        }
        best = next;
      }
    }
    return best;
  }

  private Failure weather(Failure start) {
    Weather w = start.plan().weather();
    Weather fair = Weather.FAIR;
    List<Weather> milder =
        List.of(
            fair,
            new Weather(0, 0, w.duplicate(), w.clog(), w.delayNanosMax(), w.forceNanosMax()),
            new Weather(w.loss(), w.report(), 0, w.clog(), w.delayNanosMax(), w.forceNanosMax()),
            new Weather(
                w.loss(), w.report(), w.duplicate(), 0, w.delayNanosMax(), w.forceNanosMax()));
    Failure best = start;
    for (Weather weather : milder) {
      if (best.equals(start) && !weather.equals(w)) {
        best = better(best, best.plan().withWeather(weather));
      }
    }
    return best;
  }
}
