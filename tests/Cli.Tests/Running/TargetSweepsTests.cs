using Cluster.Cli.Verbs.Running;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;

namespace Cluster.Cli.Tests.Running;

/// <summary>What jobs for several targets take over from each other.</summary>
public sealed class TargetSweepsTests
{
    private static readonly SensitivityResult Result = new([new GroupSensitivity("a", 0.5, 20, 3, 4)], 1.5);

    [Fact]
    public void Find_SameSweepForAnotherTarget_IsTheFirstOnes()
    {
        var sweeps = new TargetSweeps();
        sweeps.With(own: null).Store(Sweep("cpu"), Result);
        var other = sweeps.With(own: null);

        other.Find(Sweep("gpu")).ShouldBe(Result);
        other.Find(Sweep("gpu") with { Images = 128 }).ShouldBeNull();
        other.Find(Sweep("gpu") with { Calibrator = "kl" }).ShouldBeNull();
        other.Find(Sweep("gpu") with { Format = GroupFormat.Float16 }).ShouldBeNull();
    }

    [Fact]
    public void Find_OwnCalibratorsOfGroups_AreComparedWithoutTheTarget()
    {
        var sweeps = new TargetSweeps();
        sweeps.With(own: null).Store(Sweep("cpu") with { Plan = Quantized("cpu", "max") }, Result);
        var other = sweeps.With(own: null);

        other.Find(Sweep("gpu") with { Plan = Quantized("gpu", "max") }).ShouldBe(Result);
        other.Find(Sweep("gpu") with { Plan = Quantized("gpu", "kl") }).ShouldBeNull();
        other.Find(Sweep("gpu")).ShouldBeNull();
    }

    [Fact]
    public void Find_OtherWork_IsTheJobsOwn()
    {
        var own = new OneResult();
        var sweeps = new TargetSweeps();
        var accuracy = new AccuracyItem("cpu", Plan.Baseline("cpu", ["a"]), ImageScope.Full);
        sweeps.With(own).Store(accuracy, Result);

        own.Stored.ShouldBe(accuracy);
        sweeps.With(own).Find(accuracy).ShouldBe(Result);
        sweeps.With(own: null).Find(accuracy).ShouldBeNull();
    }

    private static SensitivityItem Sweep(string target) => new($"context of {target}", "max", 256);

    private static Plan Quantized(string target, string calibrator) =>
        new(target, [GroupDecision.In(GroupFormat.Int8, "a", calibrator, biasCorrection: false)]);

    private sealed class OneResult : IEvaluationCache
    {
        private WorkResult? _result;

        public WorkItem? Stored { get; private set; }

        public WorkResult? Find(WorkItem item) => item.Equals(Stored) ? _result : null;

        public void Store(WorkItem item, WorkResult result) => (Stored, _result) = (item, result);
    }
}
