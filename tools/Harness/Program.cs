using Cluster.Evaluation.Failures;
using Cluster.Harness.Synthetic;
using Cluster.Silo.Commands;
using Cluster.Silo.Workers;

// The product's silo and gateway, and jobs on synthetic targets: what tests and benchmarks start as processes. With --in-process a silo
// has no child processes, for measurements of everything but the work; with --plays=TARGET its slots run that synthetic target alone, on
// the device that it names.
const string InProcess = "--in-process";
const string Plays = "--plays=";
string? played = args.FirstOrDefault(IsPlayed)?[Plays.Length..];
return await CommandErrors.RunAsync(() => SiloVerbs.RunAsync(
    [.. args.Where(arg => arg != InProcess && !IsPlayed(arg))],
    Console.Out,
    Console.Error,
    (folders, memory, slot) => new SyntheticWorkbench(folders, memory, slot, actsPoisoned: true),
    options => options with
    {
        Child = ChildCommand.Of(typeof(SyntheticWorkbench).Assembly),
        Worker = args.Contains(InProcess) ? InProcessWorker.Synthetic : null,
        Offered = played is null ? null : versions => PlayedSlots.Of(played, options.Slots.Count, versions),
    }));

static bool IsPlayed(string arg) => arg.StartsWith(Plays, StringComparison.Ordinal);
