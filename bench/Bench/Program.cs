using System.CommandLine;
using Cluster.Bench;
using Cluster.Bench.Attention;
using Cluster.Bench.Calibrating;
using Cluster.Bench.Chaos;
using Cluster.Bench.Decisions;
using Cluster.Bench.Forms;
using Cluster.Bench.Jobs;
using Cluster.Bench.ManyJobs;
using Cluster.Bench.Mutated;
using Cluster.Bench.Outcomes;
using Cluster.Bench.Reconstruction;
using Cluster.Bench.Regions;
using Cluster.Bench.Reproductions;
using Cluster.Bench.Samples;
using Cluster.Bench.Scale;
using Cluster.Bench.Skipping;
using Cluster.Bench.Spaces;
using Cluster.Bench.Strategies;
using Cluster.Bench.Throughput;
using Cluster.Networks;
using Cluster.Plans;

var root = new RootCommand("Measures this repository against what it has to beat, both in one run.")
{
    SweepCommand.Create(), LatencyCommand.Create(), FormsCommand.Create(), FilesCommand.Create(),
    LevelsCommand.Create(),
    ChaosCommand.Create(), ThroughputCommand.Create(), ReconstructCommand.Create(),
    DecisionsCommand.Create(), LabelsCommand.Create(), StrategiesCommand.Create(),
    DecisionCostCommand.Create(), SpaceCommand.Create(), OutcomesCommand.Create(),
    ClusterSimulationCommand.Create(), MemoryCommand.Create(), MutationsCommand.Create(), HostileCommand.Create(),
    CalibrationCommand.Create(),
    ManyJobsCommand.Create(), ConnectionsCommand.Create(), TenantsCommand.Create(), OverheadCommand.Create(), ResumeCommand.Create(),
    SkippingCommand.Create(), AttentionCommand.Create(),
    RegionCommand.Create(),
    SampleCommands.Create(), ReproduceCommand.Create(), StagesCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception failure) when (failure is KernelException or JobException)
{
    await Console.Error.WriteLineAsync($"bench: {failure.Message}");
    return 1;
}
