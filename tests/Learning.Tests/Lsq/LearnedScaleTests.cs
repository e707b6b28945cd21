using Cluster.Learning.Lsq;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Learning.Tests.Lsq;

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
    public void Apply_KnownPoints_HaveCodeAndScaleGradient(double x, int code, double slope)
    {
        using var scope = NewDisposeScope();
        var (value, scale) = (Nets.Leaf([(float)x], [1]), Nets.Leaf([0.5f], [1]));

        var y = LearnedScale.Apply(value, scale, Signed4, LsqCall.Plain);
        var gradients = autograd.grad([y], [value, scale]);

        TensorFactory.ToFloats(y)[0].ShouldBe(code * 0.5f);
        TensorFactory.ToFloats(gradients[1])[0].ShouldBe((float)slope, 1e-6f);

        // 3.6 / 0.5 = 7.2 rounds to a code but lies beyond the last one: outside.
        TensorFactory.ToFloats(gradients[0])[0].ShouldBe(x is -5 or 3.6 or 9 ? 0 : 1);
    }

    [Fact]
    public void Apply_Batch_EqualsPythonsComposition()
    {
        const int zeroPoint = 5;
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
        var (value, scale) = (Nets.Leaf(x, [600]), Nets.Leaf([0.37f], [1]));

        var y = LearnedScale.Apply(
            value, scale, new QuantizationParameters(1, zeroPoint, 0, 15), LsqCall.Plain with { GradientScale = 1 / Math.Sqrt(600 * 15) });
        var gradients = autograd.grad([y], [value, scale], [TensorFactory.FromFloats(gradient, [600])]);

        float[] found = [.. TensorFactory.ToFloats(y), .. TensorFactory.ToFloats(gradients[0]), .. TensorFactory.ToFloats(gradients[1])];
        found.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Fact]
    public void Apply_Dropped_MixesAndPassesTheOthersThrough()
    {
        const int count = 20000;
        float[] x = Nets.Values(count, 14, 2);
        using var scope = NewDisposeScope();
        var (value, scale) = (Nets.Leaf(x, [count]), Nets.Leaf([0.5f], [1]));
        var call = new LsqCall(1, 0.3, 77, 0);

        var y = LearnedScale.Apply(value, scale, Signed4, call);
        var gradients = autograd.grad([y.sum()], [value, scale]);

        float[] full = TensorFactory.ToFloats(TensorQuantizer.FakeQuantize(value, Signed4));
        float[] mixed = TensorFactory.ToFloats(y);
        int quantized = Enumerable.Range(0, count).Count(i => mixed[i] != x[i]);
        Enumerable.Range(0, count).ShouldAllBe(i => mixed[i] == x[i] || mixed[i] == full[i]);
        ((double)quantized / count).ShouldBe(0.3, 0.02);
        double expected = Enumerable.Range(0, count).Where(i => mixed[i] != x[i]).Sum(i => Math.Round(x[i] / 0.5) - (x[i] / 0.5));
        ((double)TensorFactory.ToFloats(gradients[1])[0]).ShouldBe(expected, 0.05);
        TensorFactory.ToFloats(gradients[0]).ShouldAllBe(g => g == 1);
        TensorFactory.ToFloats(LearnedScale.Apply(value, scale, Signed4, call))
            .ShouldBe(mixed, "the mask is a function of seed and position");
        TensorFactory.ToFloats(LearnedScale.Apply(value, scale, Signed4, call with { Seed = 78 })).ShouldNotBe(mixed);
    }

    [Fact]
    public void Apply_PartsOfABatch_HaveTheMaskOfTheWhole()
    {
        float[] x = Nets.Values(5000, 15, 2);
        using var scope = NewDisposeScope();
        using var scale = TensorFactory.FromFloats([0.5f], [1]);
        var call = new LsqCall(1, 0.5, 9, 0);
        float[] whole = TensorFactory.ToFloats(
            LearnedScale.Apply(TensorFactory.FromFloats(x, [5000]), scale, Signed4, call));

        float[] second = TensorFactory.ToFloats(LearnedScale.Apply(
            TensorFactory.FromFloats(x.AsSpan(2000), [3000]), scale, Signed4, call with { Position = 2000 }));

        second.ShouldBe(whole[2000..]);
    }

    [Fact]
    public void Apply_ChannelsLast_KeepsTheFormatAndItsGradients()
    {
        using var scope = NewDisposeScope();
        float[] values = Nets.Values(2 * 3 * 5 * 4, 21, 4);
        float[] direction = Nets.Values(2 * 3 * 5 * 4, 22);
        long[] shape = [2, 3, 5, 4];
        var (plain, plainScale) = (Nets.Leaf(values, shape), Nets.Leaf([0.5f], [1]));
        var last = TensorOps.ToChannelsLast(TensorFactory.FromFloats(values, shape)).requires_grad_();
        var lastScale = Nets.Leaf([0.5f], [1]);

        var y = LearnedScale.Apply(last, lastScale, Signed4, LsqCall.Plain);
        var gradients = autograd.grad([y], [last, lastScale], [TensorFactory.FromFloats(direction, shape)]);

        var expected = LearnedScale.Apply(plain, plainScale, Signed4, LsqCall.Plain);
        var others = autograd.grad([expected], [plain, plainScale], [TensorFactory.FromFloats(direction, shape)]);
        y.stride().ShouldBe([60L, 1, 12, 3]);
        TensorFactory.ToFloats(y).ShouldBe(TensorFactory.ToFloats(expected));
        TensorFactory.ToFloats(gradients[0]).ShouldBe(TensorFactory.ToFloats(others[0]));
        TensorFactory.ToFloats(gradients[1])[0].ShouldBe(TensorFactory.ToFloats(others[1])[0], 1e-5f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Apply_ImpossibleScale_IsRefused(float scale)
    {
        using var scope = NewDisposeScope();

        Should.Throw<KernelException>(() => LearnedScale.Apply(Nets.Leaf([1], [1]), Nets.Leaf([scale], [1]), Signed4, LsqCall.Plain));
    }

    [Fact]
    public void Apply_ManyTimes_LeavesOnlyItsResults()
    {
        using var scope = NewDisposeScope();
        var (x, s) = (Nets.Leaf([1f, 2f], [2]), Nets.Leaf([0.5f], [1]));

        TensorLeaks.ShouldBeNone(() =>
        {
            using var inner = NewDisposeScope();
            autograd.grad([LearnedScale.Apply(x, s, Signed4, LsqCall.Plain).sum()], [x, s]);
        });
    }
}
