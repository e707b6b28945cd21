using Cluster.Kernels.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class OptimizerTests
{
    private static readonly float[] Start = [1f, -2f, 3f];

    // Five steps on loss = sum(w * w * [1, 2, 3]) with torch 1.13 in Python; the options stand beside each optimizer.
    [Fact]
    public void Sgd_Plain_MatchesTorch() => ShouldBeClose(Train(p => torch.optim.SGD([p], 0.05)), [0.59048998f, -0.65535992f, 0.50421f]);

    [Fact]
    public void Sgd_MomentumAndDecay_MatchesTorch() => ShouldBeClose(Train(p => torch.optim.SGD([p], 0.05, 0.9, 0.1, 0.01)), [0.019318528f, 1.0710883f, -2.3122821f]);

    [Fact]
    public void Sgd_Nesterov_MatchesTorch() => ShouldBeClose(Train(p => torch.optim.SGD([p], 0.02, 0.9, 0, 0, true)), [0.42928723f, -0.073233992f, -0.64385509f]);

    [Fact]
    public void Adam_WeightDecay_MatchesTorch() => ShouldBeClose(Train(p => torch.optim.Adam([p], 0.1, 0.8, 0.99, 1e-6, 0.1)), [0.51305944f, -1.5053264f, 2.5033214f]);

    [Fact]
    public void AdamW_WeightDecay_MatchesTorch() => ShouldBeClose(Train(p => torch.optim.AdamW([p], 0.1, 0.9, 0.999, 1e-8, 0.1)), [0.46995273f, -1.4155664f, 2.3652792f]);

    [Fact]
    public void CosineAnnealing_SixEpochs_MatchesTorch() => Rates(o => torch.optim.lr_scheduler.CosineAnnealingLR(o, 6, 0.01)).Zip(new[] { 0.0939711431703, 0.0775, 0.055, 0.0325, 0.0160288568297, 0.01 }).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-9);

    [Fact]
    public void Step_SixEpochs_MatchesTorch() => Rates(o => torch.optim.lr_scheduler.StepLR(o, 2, 0.5)).Zip(new[] { 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125 }).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-9);

    [Fact]
    public void Exponential_SixEpochs_MatchesTorch() => Rates(o => torch.optim.lr_scheduler.ExponentialLR(o, 0.9)).Zip(new[] { 0.09, 0.081, 0.0729, 0.06561, 0.059049, 0.0531441 }).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-9);

    [Fact]
    public void Dispose_AfterSteps_FreesTheMoments()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Parameter parameter = torch.nn.Parameter(torch.tensor(Start));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (torch.NewDisposeScope())
        using (torch.optim.Optimizer optimizer = torch.optim.Adam([parameter], 0.1))
        {
            (parameter * parameter).sum().backward();
            optimizer.step();
            TensorFactory.ToFloats(parameter).ShouldNotBe(Start);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static void ShouldBeClose(float[] actual, float[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-5f);
        }
    }

    private static double[] Rates(Func<torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler> create)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using torch.optim.Optimizer optimizer = torch.optim.SGD([torch.nn.Parameter(torch.tensor(Start))], 0.1);
        torch.optim.lr_scheduler.LRScheduler scheduler = create(optimizer);
        var rates = new double[6];
        for (int i = 0; i < rates.Length; i++)
        {
            optimizer.step();
            scheduler.step();
            rates[i] = optimizer.ParamGroups.First().LearningRate;
        }

        return rates;
    }

    private static float[] Train(Func<Parameter, torch.optim.Optimizer> create)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Parameter parameter = torch.nn.Parameter(torch.tensor(Start));
        torch.Tensor factor = torch.tensor(new float[] { 1, 2, 3 });
        using torch.optim.Optimizer optimizer = create(parameter);
        for (int i = 0; i < 5; i++)
        {
            optimizer.zero_grad();
            (parameter * parameter * factor).sum().backward();
            optimizer.step();
        }

        return TensorFactory.ToFloats(parameter);
    }
}
