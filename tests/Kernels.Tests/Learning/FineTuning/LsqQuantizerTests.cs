using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Quantization;
using TorchSharp;
using TorchSharp.Modules;

namespace Cluster.Kernels.Tests.Learning.FineTuning;

public sealed class LsqQuantizerTests
{
    // s = 0.5, codes -8 to 7: value, code, dx^/ds and dx^/dx, by hand.
    [Theory]
    [InlineData(-5f, -8, -8f, 0f)]
    [InlineData(-0.3f, -1, -0.4f, 1f)]
    [InlineData(0.1f, 0, -0.2f, 1f)]
    [InlineData(0.25f, 0, -0.5f, 1f)]
    [InlineData(0.4f, 1, 0.2f, 1f)]
    [InlineData(1.3f, 3, 0.4f, 1f)]
    [InlineData(3.6f, 7, 7f, 0f)]
    [InlineData(9f, 7, 7f, 0f)]
    public void Apply_HandVector_HasItsCodeAndGradients(float value, int code, float stepGradient, float valueGradient)
    {
        using var scope = torch.NewDisposeScope();
        var x = Leaf([value]);
        var s = Leaf([0.5f], []);

        var y = LsqQuantizer.Apply(x, s, -8, 7, 1);
        var gradients = torch.autograd.grad([y], [x, s], [TensorFactory.FromFloats([1], [1])]);

        TensorFactory.ToFloats(y)[0].ShouldBe(code * 0.5f);
        TensorFactory.ToFloats(gradients[0])[0].ShouldBe(valueGradient);
        TensorFactory.ToFloats(gradients[1])[0].ShouldBe(stepGradient, 1e-6f);
    }

    [Fact]
    public void Apply_GradientScale_MultipliesTheStepsGradientOnly()
    {
        using var scope = torch.NewDisposeScope();
        var x = Leaf([0.4f, 9f]);
        var s = Leaf([0.5f], []);

        var y = LsqQuantizer.Apply(x, s, -8, 7, 0.25);
        var gradients = torch.autograd.grad([y.sum()], [x, s]);

        TensorFactory.ToFloats(y).ShouldBe([0.5f, 3.5f]);
        TensorFactory.ToFloats(gradients[0]).ShouldBe([1f, 0f]);
        TensorFactory.ToFloats(gradients[1])[0].ShouldBe(0.25f * 7.2f, 1e-6f);
    }

    [Fact]
    public void Apply_RandomNumbers_AreThoseOfTheAffineQuantizer()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = Nets.Values(4096, 3, 4);
        var parameters = new QuantizationParameters(0.37f, 5, 0, 15);

        var y = LsqQuantizer.Apply(TensorFactory.FromFloats(values, [64, 64]), TensorFactory.FromFloats([parameters.Scale], []), -5, 10, 1);

        float[] expected = new float[values.Length];
        AffineQuantizer.FakeQuantize(values, parameters, expected);
        float[] found = TensorFactory.ToFloats(y);
        for (int i = 0; i < found.Length; i++)
        {
            found[i].ShouldBe(expected[i], 1e-6f);
        }
    }

    [Fact]
    public void Apply_SmoothSurrogate_HasItsFiniteDifference()
    {
        // Where no element changes its code the output is s * codes, and its derivative by s is exact: sum(codes) -
        // sum(x / s) inside cannot be seen this way, so the surrogate that LSQ differentiates is: y(s) = s * (x / s +
        // stopgradient(round(x / s) - x / s)).
        using var scope = torch.NewDisposeScope();
        float[] values = Nets.Values(256, 8, 6);
        const double Step = 0.6;
        double[] offset = [.. values.Select(value => Offset(value, Step))];
        double expected = (Surrogate(Step + 1e-6) - Surrogate(Step - 1e-6)) / 2e-6;
        var s = Leaf([(float)Step], []);

        var gradient = torch.autograd.grad([LsqQuantizer.Apply(TensorFactory.FromFloats(values, [256]), s, -4, 3, 1).sum()], [s])[0];

        TensorFactory.ToFloats(gradient)[0].ShouldBe((float)expected, 1e-3f);

        double Surrogate(double step) => values.Select((value, i) => step * (Math.Clamp(value / step, -4, 3) + offset[i])).Sum();
        static double Offset(float value, double step) => Math.Round(Math.Clamp(value / step, -4, 3)) - Math.Clamp(value / step, -4, 3);
    }

    [Fact]
    public void ApplyPerChannel_TwoChannels_IsEachChannelAlone()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = Nets.Values(2 * 9, 4);
        float[] steps = [0.2f, 0.05f];
        var w = Leaf(values, [2, 1, 3, 3]);
        var s = Leaf(steps, [2, 1, 1, 1]);

        var y = LsqQuantizer.ApplyPerChannel(
            w, s, TensorFactory.FromFloats([-8, -3], [2, 1, 1, 1]), TensorFactory.FromFloats([7, 12], [2, 1, 1, 1]), 0.5);
        var gradients = torch.autograd.grad([(y * y).sum()], [w, s]);

        for (int channel = 0; channel < 2; channel++)
        {
            var wc = Leaf(values[(channel * 9)..((channel + 1) * 9)], [9]);
            var sc = Leaf([steps[channel]], []);
            var yc = LsqQuantizer.Apply(wc, sc, channel == 0 ? -8 : -3, channel == 0 ? 7 : 12, 0.5);
            var alone = torch.autograd.grad([(yc * yc).sum()], [wc, sc]);
            TensorFactory.ToFloats(y).AsSpan(channel * 9, 9).ToArray().ShouldBe(TensorFactory.ToFloats(yc), 1e-6);
            TensorFactory.ToFloats(gradients[0]).AsSpan(channel * 9, 9).ToArray().ShouldBe(TensorFactory.ToFloats(alone[0]), 1e-5);
            TensorFactory.ToFloats(gradients[1])[channel].ShouldBe(TensorFactory.ToFloats(alone[1])[0], 1e-5f);
        }
    }

    [Fact]
    public void Apply_RandomNumbers_MatchTorchInPython()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = Nets.Values(512, 6, 3);
        double[] expected = PythonReference.Run("numpy, torch", """
            import torch
            x = torch.from_numpy(x[1:]).requires_grad_(); s = torch.tensor(0.31, requires_grad=True)
            v = (x / s).clamp(-8, 7)
            y = ((v.round() - v).detach() + v) * s
            gx, gs = torch.autograd.grad((y * torch.arange(512)).sum(), [x, s])
            print(*y.tolist(), *gx.tolist(), gs.item())
            """, [0, .. values]);
        var x = Leaf(values);
        var s = Leaf([0.31f], []);

        var y = LsqQuantizer.Apply(x, s, -8, 7, 1);
        var weights = TensorFactory.FromFloats([.. Enumerable.Range(0, 512).Select(i => (float)i)], [512]);
        var gradients = torch.autograd.grad([(y * weights).sum()], [x, s]);

        float[] found = [.. TensorFactory.ToFloats(y), .. TensorFactory.ToFloats(gradients[0]), .. TensorFactory.ToFloats(gradients[1])];
        for (int i = 0; i < found.Length; i++)
        {
            found[i].ShouldBe((float)expected[i], 1e-5f * Math.Max(1, Math.Abs((float)expected[i])));
        }
    }

    [Fact]
    public void Round_Bias_LiesOnTheGridWithGradientOne()
    {
        using var scope = torch.NewDisposeScope();
        var b = Leaf([0.26f, -1.1f]);

        var y = LsqQuantizer.Round(b, TensorFactory.FromFloats([0.1f, 0.5f], [2]));

        TensorFactory.ToFloats(y).ShouldBe([0.3f, -1f], 1e-6);
        TensorFactory.ToFloats(torch.autograd.grad([y.sum()], [b])[0]).ShouldBe([1f, 1f]);
    }

    [Fact]
    public void Apply_ManyTimes_LeavesOnlyItsResults()
    {
        using var scope = torch.NewDisposeScope();
        var x = Leaf([1f, 2f]);
        var s = Leaf([0.5f], []);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 10; i++)
        {
            LsqQuantizer.Apply(x, s, -8, 7, 0.1).Dispose();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static torch.Tensor Leaf(float[] values, long[]? shape = null) =>
        new Parameter(TensorFactory.FromFloats(values, shape ?? [values.Length]));
}
