using Cluster.Kernels.Evaluation.Errors;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using TorchSharp;

namespace Cluster.Kernels.Tests.Evaluation.Errors;

public sealed class ErrorSweepTests : IDisposable
{
    private readonly GroupedGraph _graph = Nets.Group(Nets.Residual());
    private readonly ImageBatches _images = Nets.Noise(30, 3, 8, 8, 7);
    private readonly FloatNetwork _network;
    private readonly PlanResolver _resolver;

    public ErrorSweepTests()
    {
        _network = new FloatNetwork(_graph);
        _resolver = new PlanResolver(_graph, Nets.Calibrate(_network, _images));
    }

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Run_LocalErrors_AreTheNoiseThatTheSensitivitySweepSees()
    {
        var alone = _graph.Groups.Where(group => group.CanQuantize).Select(group => (group, Alone(group.Index))).ToList();

        var sensitivity = SensitivitySweep.Run(_network, alone, _images, 1, null, CancellationToken.None);
        var errors = Sweep(_ => true);

        foreach (var score in sensitivity)
        {
            // The sweep computes in float32 what the file computes in integers, which moves a code where it is a tie.
            errors[score.Group].Local!.SqnrDb!.Value.ShouldBe(score.SqnrDb, 0.05, _graph.Groups[score.Group].Name);
        }
    }

    [Fact]
    public void Run_LastGroup_HasTheErrorOfTheOutputs()
    {
        var whole = _resolver.Resolve(Nets.AllInt8(_graph));

        var last = Sweep(_ => true)[^1];

        var sums = Enumerable.Range(0, _images.Count)
            .Select(batch =>
            {
                float[] pixels = _images.Pixels(batch);
                long[] shape = _images.Inputs(batch)[0].Shape;
                return ErrorSums.Of(_network.Run(pixels, shape), _network.Run(pixels, shape, whole));
            })
            .Aggregate(default(ErrorSums), (sum, batch) => sum + batch);
        last.Accumulated.ShouldBe(sums.Errors());
    }

    [Fact]
    public void Run_FirstGroup_InheritsNothing()
    {
        var first = Sweep(_ => true)[0];

        first.Accumulated!.Mse.ShouldBeGreaterThan(0);
        first.Accumulated.ShouldBe(first.Local);
    }

    [Fact]
    public void Run_GroupInFloat32_HasWhatItInheritsAndNoErrorOfItsOwn()
    {
        var errors = Sweep(index => index == 0);

        errors[0].Local.ShouldNotBeNull();
        errors.Skip(1).ShouldAllBe(group => group.Local == null && group.Accumulated!.Mse > 0);
    }

    [Fact]
    public void Run_GroupsBeforeTheFirstQuantizedOne_AreExact()
    {
        var errors = Sweep(index => index == _graph.Groups.Count - 1);

        errors.SkipLast(1).ShouldAllBe(group => group.Accumulated!.Mse == 0 && group.Accumulated.SqnrDb == null);
        errors[^1].Accumulated.ShouldBe(errors[^1].Local);
    }

    [Fact]
    public void Run_AnyNumberOfWorkers_GivesTheSameBitsAndLeavesNoTensorBehind()
    {
        var one = Sweep(_ => true);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Sweep(_ => true, workers: 3).ShouldBe(one);
        Sweep(_ => true).ShouldBe(one);

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private IReadOnlyList<GroupErrors> Sweep(Func<int, bool> quantize, int workers = 1)
    {
        var settings = Nets.Mixed(_graph, index => quantize(index) && _graph.Groups[index].CanQuantize);
        var alone = _graph.Groups
            .Where(group => settings[group.Index].Format.IsInteger)
            .ToDictionary(group => group.Index, group => Alone(group.Index));
        return ErrorSweep.Run(_network, _resolver.Resolve(settings), alone, _images, workers, CancellationToken.None);
    }

    private QuantizedNetwork Alone(int group) => _resolver.Resolve(Nets.Mixed(_graph, index => index == group));
}
