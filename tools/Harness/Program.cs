using Cluster.Evaluation.Failures;
using Cluster.Harness.Synthetic;
using Cluster.Silo.Commands;
using Cluster.Silo.Workers;

// The product's silo and gateway, and jobs on synthetic targets: what tests and benchmarks start as processes.
var kind = new SyntheticJobKind(ActsPoisoned: args is [ChildCommand.Verb, ..]);
return await CommandErrors.RunAsync(() => SiloVerbs.RunAsync(args, Console.Out, Console.Error, kind));
