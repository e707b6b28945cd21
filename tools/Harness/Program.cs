using Cluster.Evaluation.Failures;
using Cluster.Harness.Synthetic;
using Cluster.Silo.Commands;
using Cluster.Silo.Workers;

// The product's silo and gateway, and jobs on synthetic targets: what tests and benchmarks start as processes. With --in-process a silo
// has no child processes, for measurements of everything but the work.
const string InProcess = "--in-process";
return await CommandErrors.RunAsync(() => SiloVerbs.RunAsync(
    [.. args.Where(arg => arg != InProcess)],
    Console.Out,
    Console.Error,
    (folders, memory, slot) => new SyntheticWorkbench(folders, memory, slot, actsPoisoned: true),
    options => options with
    {
        Child = ChildCommand.Of(typeof(SyntheticWorkbench).Assembly),
        Worker = args.Contains(InProcess) ? InProcessWorker.Synthetic : null,
    }));
