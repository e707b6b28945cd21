using TorchSharp;
using TorchSharp.Modules;

namespace Cluster.Learning.Tests.Optimizers;

public sealed class ParameterUpdateTests
{
    private static readonly float[] Start = [1f, -2f, 3f];

    [Fact]
    public void Step_ParameterThatDoesNotDecay_HasNoDecay()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = new TrainedParameter("step", new Parameter(TensorFactory.FromFloats([2f], [1])), Decays: false);
        var zero = TensorFactory.FromFloats([0f], [1]);

        new SgdUpdate([parameter], 0.9, 0.5, true).Apply([zero], 0.1);
        new AdamWUpdate([parameter], 0.5).Apply([zero], 0.1);

        TensorFactory.ToFloats(parameter.Value).ShouldBe([2f]);
    }

    [Fact]
    public void Step_RateFactor_MultipliesTheRate()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = new TrainedParameter("step", new Parameter(TensorFactory.FromFloats([2f], [1])), Decays: false, RateFactor: 0.5);

        new SgdUpdate([parameter], 0, 0, false).Apply([TensorFactory.FromFloats([1f], [1])], 0.1);

        TensorFactory.ToFloats(parameter.Value)[0].ShouldBe(1.95f, 1e-6f);
    }

    [Fact]
    public void Step_Many_LeaveNoTensorBehind()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = new TrainedParameter("w", new Parameter(TensorFactory.FromFloats(Start, [3])), Decays: true);
        var gradient = TensorFactory.FromFloats(Start, [3]);
        ParameterUpdate[] updates = [new SgdUpdate([parameter], 0.9, 0.1, true), new AdamWUpdate([parameter], 0.1)];

        TensorLeaks.ShouldBeNone(() => Array.ForEach(updates, update => update.Apply([gradient], 0.01)));
    }

    [Fact]
    public void Clip_NormAboveTheMaximum_ScalesAllTogether()
    {
        using var scope = torch.NewDisposeScope();
        var first = TensorFactory.FromFloats([3f, 0f], [2]);
        var second = TensorFactory.FromFloats([4f], []);

        GradientClipping.Clip([first, second], 1).ShouldBe(5, 1e-6);

        TensorFactory.ToFloats(first)[0].ShouldBe(0.6f, 1e-5f);
        TensorFactory.ToFloats(second)[0].ShouldBe(0.8f, 1e-5f);
    }

    [Fact]
    public void Clip_NormBelowTheMaximum_ChangesNothing()
    {
        using var scope = torch.NewDisposeScope();
        var gradient = TensorFactory.FromFloats([3f, 4f], [2]);

        GradientClipping.Clip([gradient], double.PositiveInfinity).ShouldBe(5, 1e-6);

        TensorFactory.ToFloats(gradient).ShouldBe([3f, 4f]);
    }

    [Fact]
    public void Clip_NaN_SaysSo()
    {
        using var scope = torch.NewDisposeScope();

        GradientClipping.Clip([TensorFactory.FromFloats([float.NaN, 1f], [2])], 1).ShouldBe(double.NaN);
    }

    // Five steps on sum(w * w * [1, 2, 3]).
    [Fact]
    public void Apply_FiveSteps_MatchesTorch()
    {
        (string Torch, double Rate, Func<IReadOnlyList<TrainedParameter>, ParameterUpdate> Create)[] optimizers =
        [
            ("SGD([w], 0.05)", 0.05, parameters => new SgdUpdate(parameters, 0, 0, false)),
            ("SGD([w], 0.02, momentum=0.9)", 0.02, parameters => new SgdUpdate(parameters, 0.9, 0, false)),
            ("SGD([w], 0.02, momentum=0.9, weight_decay=0.01, nesterov=True)", 0.02,
                parameters => new SgdUpdate(parameters, 0.9, 0.01, true)),
            ("AdamW([w], 0.1, weight_decay=0.1)", 0.1, parameters => new AdamWUpdate(parameters, 0.1)),
        ];
        double[] expected = PythonReference.Run("numpy, torch", $"""
            import torch
            f = torch.tensor([1., 2., 3.])
            for create in [{string.Join(", ", optimizers.Select(one => $"lambda w: torch.optim.{one.Torch}"))}]:
                w = torch.from_numpy(x.copy()).requires_grad_(); o = create(w)
                for _ in range(5):
                    o.zero_grad(); (w * w * f).sum().backward(); o.step()
                print(*w.tolist())
            """, Start);
        using var scope = torch.NewDisposeScope();
        var factor = TensorFactory.FromFloats([1, 2, 3], [3]);
        foreach (var ((name, rate, create), i) in optimizers.Select((one, i) => (one, i)))
        {
            var parameter = new Parameter(TensorFactory.FromFloats(Start, [3]));
            var update = create([new TrainedParameter("w", parameter, Decays: true)]);
            for (int step = 0; step < 5; step++)
            {
                update.Apply([torch.autograd.grad([(parameter * parameter * factor).sum()], [parameter])[0]], rate);
            }

            TensorFactory.ToFloats(parameter).Zip(expected[(3 * i)..]).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5, name);
        }
    }
}
