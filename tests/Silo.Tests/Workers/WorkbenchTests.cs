using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Failures;

namespace Cluster.Silo.Tests.Workers;

public sealed class WorkbenchTests
{
    [Fact]
    public async Task Execute_AgentDoesNotStart_IsTheNodesFaultAndNoRefusal()
    {
        using var folder = new WorkFolder();
        using var bench = new AgentAway(new NodeFolders(folder["artefacts"], folder["cache"]));
        var job = Preparations.Unprepared(new JobInputs { Model = "m", Calibration = "folder:/x" }, new JobOptions());

        var result = await bench.ExecuteAsync(job, new PrepareItem(), [], _ => { }, TestContext.Current.CancellationToken);

        result.ShouldBe(new FailedResult(FailureKind.Unavailable, "The timing agent 'ssh board' did not start."));
    }

    private sealed class AgentAway(NodeFolders folders) : Workbench(folders, WorkingMemory.Usual, SlotDevice.Processors)
    {
        protected override Task<PreparedResult> PrepareAsync(JobEntry job, CancellationToken cancellation) =>
            throw new TimingAgentException("The timing agent 'ssh board' did not start.");
    }
}
