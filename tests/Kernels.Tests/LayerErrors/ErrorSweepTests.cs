using TorchSharp;

namespace Cluster.Kernels.Tests.LayerErrors;

public sealed class ErrorSweepTests : IDisposable
{
    private readonly Calibrated _net = Calibrated.Residual(30, 7);

    public void Dispose() => _net.Dispose();

    [Fact]
    public void Run_LocalErrors_AreTheNoiseThatTheSensitivitySweepSees()
    {
        var alone = _net.Graph.Groups.Where(group => group.CanQuantize).Select(group => (group, Alone(group.Index))).ToList();

        var sensitivity = SensitivitySweep.Run(_net.Float32, alone, _net.Images, 1, null, CancellationToken.None);
        var errors = Sweep(_ => true);

        foreach (var score in sensitivity)
        {
            // The sweep computes in float32 what the file computes in integers, which moves a code where it is a tie.
            errors[score.Group].Local!.SqnrDb!.Value.ShouldBe(score.SqnrDb, 0.05, _net.Graph.Groups[score.Group].Name);
        }
    }

    [Fact]
    public void Run_LastGroup_HasTheErrorOfTheOutputs()
    {
        var whole = _net.AllInt8();

        var last = Sweep(_ => true)[^1];

        var sums = Enumerable.Range(0, _net.Images.Count).Select(_net.Images.Inputs)
            .Select(inputs => ErrorSums.Of(_net.Float32.Run(inputs), _net.Float32.Run(inputs, whole)))
            .Aggregate(default(ErrorSums), (sum, batch) => sum + batch);
        last.Accumulated.ShouldBe(sums.Errors());
    }

    [Fact]
    public void Run_LastGroup_HasTheErrorOfItsWorstChannel()
    {
        var whole = _net.AllInt8();
        int width = (int)_net.Graph.Output.Shape[1];
        double[] signal = new double[width], noise = new double[width];
        foreach (var inputs in Enumerable.Range(0, _net.Images.Count).Select(_net.Images.Inputs))
        {
            float[] exact = _net.Float32.Run(inputs);
            float[] found = _net.Float32.Run(inputs, whole);
            for (int i = 0; i < exact.Length; i++)
            {
                signal[i % width] += (double)exact[i] * exact[i];
                noise[i % width] += Math.Pow((double)exact[i] - found[i], 2);
            }
        }

        Sweep(_ => true)[^1].WorstChannelDb!.Value.ShouldBe(signal.Zip(noise, (a, b) => 10 * Math.Log10(a / b)).Min(), 1e-9);
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
        var errors = Sweep(index => index == _net.Graph.Groups.Count - 1);

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
        var settings = Nets.Mixed(_net.Graph, index => quantize(index) && _net.Graph.Groups[index].CanQuantize);
        var alone = _net.Graph.Groups
            .Where(group => settings[group.Index].Format.IsInteger)
            .ToDictionary(group => group.Index, group => Alone(group.Index));
        return ErrorSweep.Run(_net.Float32, _net.Resolver.Resolve(settings), alone, _net.Images, workers, CancellationToken.None);
    }

    private QuantizedNetwork Alone(int group) => _net.Resolver.Resolve(Nets.Mixed(_net.Graph, index => index == group));
}
