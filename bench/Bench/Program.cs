using System.CommandLine;
using Cluster.Bench;
using Cluster.Bench.Chaos;
using Cluster.Bench.Throughput;
using Cluster.Kernels;

var root = new RootCommand("Measures this repository against what it has to beat, both in one run.") { SweepCommand.Create(), SweepCommand.CreateWithTorch(), LatencyCommand.Create(), ChaosCommand.Create(), ThroughputCommand.Create() };
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (KernelException failure)
{
    await Console.Error.WriteLineAsync($"bench: {failure.Message}");
    return 1;
}
