using System.CommandLine;
using Cluster.Bench;
using Cluster.Kernels;

var root = new RootCommand("Measures this repository against what it has to beat, both in one run.") { SweepCommand.Create(), SweepCommand.CreateWithTorch(), LatencyCommand.Create(), ReconstructCommand.Create() };
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (KernelException failure)
{
    await Console.Error.WriteLineAsync($"bench: {failure.Message}");
    return 1;
}
