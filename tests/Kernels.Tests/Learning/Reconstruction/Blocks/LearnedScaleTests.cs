using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Learning.Reconstruction.Blocks;

public sealed class LearnedScaleTests
{
    private static readonly QuantizationParameters Signed4 = new(0.5f, 0, -8, 7);

    [Theory]
    [InlineData(-5, -8, -8)]
    [InlineData(-0.3, -1, -0.4)]
    [InlineData(0.1, 0, -0.2)]
    [InlineData(0.25, 0, -0.5)]
    [InlineData(0.4, 1, 0.2)]
    [InlineData(1.3, 3, 0.4)]
    [InlineData(3.6, 7, 7)]
    [InlineData(9, 7, 7)]
    public void LearnedStep_KnownPoints_HaveCodeAndScaleGradient(double x, int code, double slope)
    {
        using var scope = NewDisposeScope();
        var (value, scale) = (Leaf([(float)x], [1]), Leaf([0.5f], [1]));

        var y = ReconstructionKernels.LearnedScale(value, scale, Signed4, LsqCall.Plain);
        var gradients = autograd.grad([y], [value, scale]);

        TensorFactory.ToFloats(y)[0].ShouldBe(code * 0.5f);
        TensorFactory.ToFloats(gradients[1])[0].ShouldBe((float)slope, 1e-6f);

        // 3.6 / 0.5 = 7.2 rounds to a code but lies beyond the last one: outside.
        TensorFactory.ToFloats(gradients[0])[0].ShouldBe(x is -5 or 3.6 or 9 ? 0 : 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void LearnedStep_Batch_EqualsPythonsComposition(int zeroPoint)
    {
        float[] x = Nets.Values(600, 11, 4);
        float[] gradient = Nets.Values(600, 12);
        double[] expected = PythonReference.Run("torch", $"""
            v = torch.from_numpy(x[:600]).requires_grad_(); g = torch.from_numpy(x[600:]); z = {zeroPoint}
            s = torch.nn.Parameter(torch.tensor([0.37]))
            f = 1 / (600 * 15) ** 0.5
            sc = (s - s * f).detach() + s * f
            q = torch.clamp(v / sc, -z, 15 - z)
            q = (q.round() - q).detach() + q
            y = q * sc
            (y * g).sum().backward()
            print(' '.join(repr(float(a)) for a in torch.cat([y.detach(), v.grad, s.grad])))
            """, [.. x, .. gradient]);
        using var scope = NewDisposeScope();
        var (value, scale) = (Leaf(x, [600]), Leaf([0.37f], [1]));

        var y = ReconstructionKernels.LearnedScale(
            value, scale, new QuantizationParameters(1, zeroPoint, 0, 15), LsqCall.Plain with { GradientScale = 1 / Math.Sqrt(600 * 15) });
        var gradients = autograd.grad([y], [value, scale], [TensorFactory.FromFloats(gradient, [600])]);

        float[] found = [.. TensorFactory.ToFloats(y), .. TensorFactory.ToFloats(gradients[0]), .. TensorFactory.ToFloats(gradients[1])];
        found.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Fact]
    public void LearnedStep_Scale_EqualsFiniteDifferencesOfItsSurrogate()
    {
        // With the roundings and clips of s = 0.5 held, y(s) = s * (x / s0 + offset) is what LSQ differentiates: dy/ds
        // = code - x/s inside, the code's end outside.
        float[] x = Nets.Values(200, 13, 5);
        using var scope = NewDisposeScope();
        var (value, scale) = (Leaf(x, [200]), Leaf([0.5f], [1]));

        float gradient =
            TensorFactory.ToFloats(
                autograd.grad([ReconstructionKernels.LearnedScale(value, scale, Signed4, LsqCall.Plain).sum()], [scale])[0])[0];

        const double h = 1e-4;
        ((double)gradient).ShouldBe((Surrogate(0.5 + h) - Surrogate(0.5 - h)) / (2 * h), 1e-3);

        double Surrogate(double s) => x.Sum(v =>
        {
            double step = v / 0.5;
            return step <= -8 ? -8 * s : step >= 7 ? 7 * s : ((v / s) + (Math.Round(step) - step)) * s;
        });
    }

    [Fact]
    public void LearnedStep_Dropped_MixesAndPassesTheOthersThrough()
    {
        const int count = 20000;
        float[] x = Nets.Values(count, 14, 2);
        using var scope = NewDisposeScope();
        var (value, scale) = (Leaf(x, [count]), Leaf([0.5f], [1]));
        var call = new LsqCall(1, 0.3, 77, 0);

        var y = ReconstructionKernels.LearnedScale(value, scale, Signed4, call);
        var gradients = autograd.grad([y.sum()], [value, scale]);

        float[] full = TensorFactory.ToFloats(TensorQuantizer.FakeQuantize(value, Signed4));
        float[] mixed = TensorFactory.ToFloats(y);
        int quantized = Enumerable.Range(0, count).Count(i => mixed[i] != x[i]);
        Enumerable.Range(0, count).ShouldAllBe(i => mixed[i] == x[i] || mixed[i] == full[i]);
        ((double)quantized / count).ShouldBe(0.3, 0.02);
        double expected = Enumerable.Range(0, count).Where(i => mixed[i] != x[i]).Sum(i => Math.Round(x[i] / 0.5) - (x[i] / 0.5));
        ((double)TensorFactory.ToFloats(gradients[1])[0]).ShouldBe(expected, 0.05);
        TensorFactory.ToFloats(gradients[0]).ShouldAllBe(g => g == 1);
        TensorFactory.ToFloats(ReconstructionKernels.LearnedScale(value, scale, Signed4, call))
            .ShouldBe(mixed, "the mask is a function of seed and position");
        TensorFactory.ToFloats(ReconstructionKernels.LearnedScale(value, scale, Signed4, call with { Seed = 78 })).ShouldNotBe(mixed);
    }

    [Fact]
    public void LearnedStep_PartsOfABatch_HaveTheMaskOfTheWhole()
    {
        float[] x = Nets.Values(5000, 15, 2);
        using var scope = NewDisposeScope();
        using var scale = TensorFactory.FromFloats([0.5f], [1]);
        var call = new LsqCall(1, 0.5, 9, 0);
        float[] whole = TensorFactory.ToFloats(
            ReconstructionKernels.LearnedScale(TensorFactory.FromFloats(x, [5000]), scale, Signed4, call));

        float[] second = TensorFactory.ToFloats(ReconstructionKernels.LearnedScale(
            TensorFactory.FromFloats(x.AsSpan(2000), [3000]), scale, Signed4, call with { Position = 2000 }));

        second.ShouldBe(whole[2000..]);
    }

    [Theory]
    [InlineData(2.0, false)]
    [InlineData(2.0, true)]
    [InlineData(2.4, false)]
    public void PowerLoss_ValueAndGradient_EqualTheComposition(double power, bool weighted)
    {
        float[] x = Nets.Values(2 * 3 * 5 * 5, 17);
        using var scope = NewDisposeScope();
        long[] shape = [2, 3, 5, 5];
        using var plain = Leaf(x, shape);
        var leaf = TensorOps.ToChannelsLast(TensorFactory.FromFloats(x, shape));
        leaf.requires_grad = true;
        using var target = TensorFactory.FromFloats(Nets.Values(150, 18), shape);
        using var weights = TensorFactory.FromFloats([.. Nets.Values(150, 19).Select(value => value + 1)], shape);

        var loss = ReconstructionKernels.PowerLoss(leaf, target, weighted ? weights : null, power, 0.25);
        float[] gradient = TensorFactory.ToFloats(autograd.grad([loss], [leaf])[0]);

        var terms = plain.sub(target).abs().pow(power);
        var expected = ((weighted ? terms.mul(weights) : terms).sum()).mul(0.25);
        TensorFactory.ToFloats(loss)[0].ShouldBe(TensorFactory.ToFloats(expected)[0], 1e-4f);
        gradient.Zip(TensorFactory.ToFloats(autograd.grad([expected], [plain])[0]))
            .ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5f);
    }

    private static Tensor Leaf(float[] values, long[] shape)
    {
        var leaf = TensorFactory.FromFloats(values, shape);
        leaf.requires_grad = true;
        return leaf;
    }
}
