using TorchSharp;
using TorchSharp.Modules;

namespace Cluster.TorchSharpTests;

public sealed class AdamTests
{
    private static readonly float[] Start = [1f, -2f, 3f];

    [Fact]
    public void Step_FiveTimesWithWeightDecay_MatchesTorch()
    {
        // Five steps on loss = sum(w * w * [1, 2, 3]) with torch 1.13 in Python: torch.optim.Adam([w], 0.1, (0.8, 0.99), 1e-6, 0.1).
        using DisposeScope scope = torch.NewDisposeScope();
        var parameter = new Parameter(torch.tensor(Start));
        using torch.optim.Optimizer optimizer = torch.optim.Adam([parameter], 0.1, 0.8, 0.99, 1e-6, 0.1);

        for (int i = 0; i < 5; i++)
        {
            Descend(optimizer, parameter);
        }

        Values.Of(parameter).ShouldBe([0.51305944f, -1.5053264f, 2.5033214f], 1e-5f);
    }

    [Fact]
    public void LearningRate_SetToZero_LeavesTheParameter()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var parameter = new Parameter(torch.tensor(Start));
        using torch.optim.Optimizer optimizer = torch.optim.Adam([parameter], 0.1);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate.ShouldBe(0.1);
            group.LearningRate = 0;
        }

        Descend(optimizer, parameter);

        Values.Of(parameter).ShouldBe(Start);
    }

    [Fact]
    public void ZeroGrad_AfterBackward_ForgetsTheGradient()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var parameter = new Parameter(torch.tensor(Start));
        using torch.optim.Optimizer optimizer = torch.optim.Adam([parameter], 0.1);

        (parameter * parameter).sum().backward();
        optimizer.zero_grad();
        optimizer.step();

        Values.Of(parameter).ShouldBe(Start);
    }

    [Fact]
    public void Dispose_AfterSteps_FreesTheMoments()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var parameter = new Parameter(torch.tensor(Start));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (torch.NewDisposeScope())
        using (torch.optim.Optimizer optimizer = torch.optim.Adam([parameter], 0.1))
        {
            Descend(optimizer, parameter);
            Values.Of(parameter).ShouldNotBe(Start);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static void Descend(torch.optim.Optimizer optimizer, Parameter parameter)
    {
        optimizer.zero_grad();
        (parameter * parameter * torch.tensor([1f, 2f, 3f])).sum().backward();
        optimizer.step();
    }
}
