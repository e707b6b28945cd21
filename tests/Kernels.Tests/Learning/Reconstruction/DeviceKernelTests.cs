using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Learning.Optimizers;
using Cluster.Kernels.Learning.Reconstruction.Blocks;
using Cluster.Kernels.Learning.Reconstruction.Caching;
using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Tensors;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

/// <summary>
/// Every fused kernel on a device against the processor's: the same bits, also of sums, whose order is part of their
/// definition. The emulated device shows the arithmetic and the order on any machine, CUDA that nvcc and the hardware
/// keep to them.
/// </summary>
public sealed class DeviceKernelTests
{
    // Below, at and beyond what one lane, one piece (2048) and one grain (32768) of a sum hold.
    private static readonly int[] Sizes = [1, 2, 15, 16, 17, 255, 256, 257, 2047, 2048, 2049, 4100, 32767, 32768, 32769, 70001];

    private static readonly double[] Probabilities = [0, 0.1, 0.5, 0.97, 1];

    [Theory]
    [InlineData(Devices.Emulated, 60)]
    [InlineData(Devices.Cuda, 300)]
    public void LearnedStep_AnyTensor_HasTheProcessorsBitsForwardAndBackward(string name, int cases)
    {
        var device = Devices.Require(name);
        Check(cases, seed =>
        {
            var random = new Random(seed);
            int n = Sizes[random.Next(Sizes.Length)];
            int bits = random.Next(2, 9);
            float scale = MathF.Pow(10, (float)((random.NextDouble() * 6) - 4));
            var p = new QuantizationParameters(1, random.Next(1 << bits), 0, (1 << bits) - 1);
            float[] x = WithEdges(Nets.Values(n, seed, scale * (1 << bits)), scale, p);
            float[] gradient = Nets.Values(n, seed + 1);
            var call = new LsqCall(
                random.NextDouble(),
                random.Next(2) == 0,
                Probabilities[random.Next(5)],
                unchecked((ulong)random.NextInt64()),
                random.NextInt64(1L << 33));

            var expected = Run(ComputeDevice.Cpu);
            var found = Run(device);

            return expected.Y.SequenceEqual(found.Y) && expected.Dx.SequenceEqual(found.Dx) && expected.Ds.SequenceEqual(found.Ds);

            (int[] Y, int[] Dx, int[] Ds) Run(ComputeDevice where)
            {
                using var entered = where.Enter();
                using var scope = NewDisposeScope();
                var (value, step) = (Leaf(where, x, Shape(n)), Leaf(where, [scale], [1]));
                var y = ReconstructionKernels.LearnedScale(value, step, p, call);
                var gradients = autograd.grad([y], [value, step], [where.Floats(gradient, Shape(n))]);
                return (Devices.Bits(y), Devices.Bits(gradients[0]), Devices.Bits(gradients[1]));
            }
        });
    }

    [Theory]
    [InlineData(Devices.Emulated)]
    [InlineData(Devices.Cuda)]
    public void LearnedStep_ImagesWithChannelsInnermost_KeepTheirOrderAndTheirMask(string name)
    {
        var device = Devices.Require(name);
        long[] shape = [3, 5, 7, 6];
        float[] x = Nets.Values(630, 5, 3);
        var call = LsqCall.Plain with { Probability = 0.5, Seed = 77, Position = 11 };

        Run(device).ShouldBe(Run(ComputeDevice.Cpu));

        int[] Run(ComputeDevice where)
        {
            using var entered = where.Enter();
            using var scope = NewDisposeScope();
            var value = where.Take(TensorOps.ToChannelsLast(TensorFactory.FromFloats(x, shape)));
            return Devices.Bits(
                ReconstructionKernels.LearnedScale(value, where.Floats([0.3f], [1]), new QuantizationParameters(1, 3, 0, 15), call));
        }
    }

    [Theory]
    [InlineData(Devices.Emulated, 0f)]
    [InlineData(Devices.Emulated, -1f)]
    [InlineData(Devices.Emulated, float.NaN)]
    [InlineData(Devices.Emulated, float.PositiveInfinity)]
    [InlineData(Devices.Cuda, float.NaN)]
    public void LearnedStep_ImpossibleScale_IsRefusedByTheProcessorAndNaNOnADevice(string name, float scale)
    {
        var device = Devices.Require(name);
        using var scope = NewDisposeScope();
        var p = new QuantizationParameters(1, 0, 0, 15);
        Should.Throw<KernelException>(
            () => ReconstructionKernels.LearnedScale(
                TensorFactory.FromFloats([1, 2], [2]), TensorFactory.FromFloats([scale], [1]), p, LsqCall.Plain))
            .Message.ShouldContain("positive and finite");
        using var entered = device.Enter();

        var y = ReconstructionKernels.LearnedScale(device.Floats([1, 2], [2]), device.Floats([scale], [1]), p, LsqCall.Plain);

        TensorFactory.ToFloats(y).ShouldAllBe(value => float.IsNaN(value));
    }

    [Theory]
    [InlineData(Devices.Emulated, 40)]
    [InlineData(Devices.Cuda, 200)]
    public void PowerLoss_AnyPowerAndWeights_HasTheProcessorsBits(string name, int cases)
    {
        var device = Devices.Require(name);
        Check(cases, seed =>
        {
            var random = new Random(seed);
            int n = Sizes[random.Next(Sizes.Length)];
            double p = random.Next(3) switch { 0 => 2.4, 1 => 2, _ => 1.5 };
            bool weighted = p == 2 && random.Next(2) == 0;
            double factor = Math.Pow(10, (random.NextDouble() * 4) - 4);
            float[] x = Nets.Values(n, seed);
            // no difference: neither is its gradient
            float[] target = [.. Nets.Values(n, seed + 1).Select((value, i) => i % 7 == 0 ? x[i] : value)];
            float[] weights = [.. Nets.Values(n, seed + 2).Select(Math.Abs)];

            return Run(ComputeDevice.Cpu).SequenceEqual(Run(device));

            int[] Run(ComputeDevice where)
            {
                using var entered = where.Enter();
                using var scope = NewDisposeScope();
                var value = Leaf(where, x, Shape(n));
                var loss = ReconstructionKernels.PowerLoss(
                    value, where.Floats(target, Shape(n)), weighted ? where.Floats(weights, Shape(n)) : null, p, factor);
                var gradient = autograd.grad([Aten.Call("aten::mul.Scalar", loss, 0.5)], [value])[0];
                return [.. Devices.Bits(loss), .. Devices.Bits(gradient)];
            }
        });
    }

    [Theory]
    [InlineData(Devices.Emulated, 40)]
    [InlineData(Devices.Cuda, 200)]
    public void Gather_AnyMask_DrawsTheSameElementsFromEveryKindOfCache(string name, int cases)
    {
        var device = Devices.Require(name);
        Check(cases, seed =>
        {
            var random = new Random(seed);
            const int images = 9;
            long[] shape = random.Next(2) == 0 ? [3, random.Next(1, 9), 5] : [random.Next(1, 50)];
            float[] quantized = Nets.Values((int)(images * shape.Aggregate(1L, (product, size) => product * size)), seed);
            float[] exact = Nets.Values(quantized.Length, seed + 1);
            long[] rows = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.NextInt64(images))];
            double probability = Probabilities[random.Next(5)];
            ulong drop = unchecked((ulong)random.NextInt64());
            bool mixes = random.Next(4) > 0;
            int[] expected = Run(ComputeDevice.Cpu, 0, 0);

            // Both on the device, both in host memory, and one of each.
            long bytes = quantized.Length * sizeof(float);
            return new (long, long)[] { (bytes, bytes), (0, 0), (bytes, 0), (0, bytes) }.All(
                there => expected.SequenceEqual(Run(device, there.Item1, there.Item2)));

            int[] Run(ComputeDevice where, long first, long second)
            {
                using var entered = where.Enter();
                using var scope = NewDisposeScope();
                using var own = Cache(where, quantized, first);
                using var other = Cache(where, exact, second);
                var buffer = own.Buffer(rows.Length);
                own.Gather(
                    mixes ? other : null,
                    new BatchImages(rows, where.IsHost ? null : where.Take(TensorFactory.FromInt64(rows, [rows.Length]))),
                    mixes ? probability : 1,
                    drop,
                    buffer);
                return Devices.Bits(buffer);
            }

            TensorCache Cache(ComputeDevice where, float[] values, long capacity)
            {
                var cache = new CacheStore(1 << 30, Path.GetTempPath(), where, capacity).Allocate(images, shape);
                cache.Write(0, where.Floats(values, [images, .. shape]));
                return cache;
            }
        });
    }

    [Theory]
    [InlineData(Devices.Emulated, 25)]
    [InlineData(Devices.Cuda, 100)]
    public void RoundingVariable_SeveralSteps_HasTheProcessorsBits(string name, int cases)
    {
        var device = Devices.Require(name);
        Check(cases, seed =>
        {
            var random = new Random(seed);
            int n = random.Next(4) == 0 ? Sizes[random.Next(Sizes.Length)] : random.Next(1, 300);
            float[] weights = Nets.Values(n, seed, 3);
            float[][] gradients = [.. Enumerable.Range(1, 6).Select(step => Nets.Values(n, seed + step))];
            var grid = new WeightGrid([1, n], 0, [0.4f], [-4], [3]);

            return Run(ComputeDevice.Cpu).SequenceEqual(Run(device));

            double[] Run(ComputeDevice where)
            {
                using var entered = where.Enter();
                using var scope = NewDisposeScope();
                using var variable = new RoundingVariable(weights, [1, n], grid, where);
                for (int step = 0; step < gradients.Length; step++)
                {
                    variable.Iterate(
                        [where.Floats(gradients[step], [1, n]), where.Floats(gradients[0], [1, n])],
                        0.05,
                        step < 2 ? 0 : 0.01,
                        20 - (3 * step));
                }

                return [.. Devices.Bits(variable.V), .. Devices.Bits(variable.Weights), .. variable.Harden()];
            }
        });
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData(Devices.Emulated)]
    [InlineData(Devices.Cuda)]
    public void ScaleStep_ManyIterations_IsAdamInDoublePrecision(string name)
    {
        var device = name == "cpu" ? ComputeDevice.Cpu : Devices.Require(name);
        float[] expected = [0.1f, 3e-6f, 2.5f];
        double[] mean = new double[3];
        double[] square = new double[3];
        using var entered = device.Enter();
        using var scope = NewDisposeScope();
        var scales = device.Floats(expected, [3]);
        using var moments = new AdamMoments(scales, ScalarType.Float64);
        for (int step = 1; step <= 200; step++)
        {
            float[] gradients = Nets.Values(3, step);
            double rate = 1e-3 / step;
            for (int i = 0; i < 3; i++)
            {
                double gradient = gradients[i];
                mean[i] = (0.9 * mean[i]) + (0.1 * gradient);
                square[i] = (0.999 * square[i]) + (0.001 * gradient * gradient);
                double change = rate * (mean[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                expected[i] = (float)Math.Max(Math.Abs(expected[i] - change), ScaleLearner.Smallest);
            }

            var given = Aten.Call("aten::to.dtype", device.Floats(gradients, [3]), ScalarType.Float64);
            var corrections = moments.Next();
            NativeKernels.Check(NativeMethods.ck_scale_iteration(
                scales.Handle, moments.First.Handle, moments.Second.Handle, given.Handle, rate, corrections.First,
                corrections.Second, ScaleLearner.Smallest));
        }

        TensorFactory.ToFloats(scales).ShouldBe(expected);
    }

    [Theory]
    [InlineData(Devices.Emulated, 30)]
    [InlineData(Devices.Cuda, 100)]
    public void LearnedStepPerChannel_AnyAxis_IsTheChainOfOperators(string name, int cases)
    {
        var device = Devices.Require(name);
        Check(cases, seed =>
        {
            var random = new Random(seed);
            long[] shape = [random.Next(1, 7), random.Next(1, 9), random.Next(1, 4), 3];
            int axis = random.Next(2);
            int count = (int)shape.Aggregate(1L, (product, size) => product * size);
            int channels = (int)shape[axis];
            float[] w = Nets.Values(count, seed, 2);
            float[] gradient = Nets.Values(count, seed + 1);
            float[] steps = [.. Nets.Values(channels, seed + 2).Select(value => 0.05f + (Math.Abs(value) * 0.3f))];
            float[] low = [.. Enumerable.Range(0, channels).Select(channel => -4f - (channel % 3))];
            float[] high = [.. low.Select(value => value + 7)];
            long[] along = [.. shape.Select((_, i) => i == axis ? -1L : 1L)];
            var (expected, expectedDw, expectedDs) = Run(ComputeDevice.Cpu);
            var (found, dw, ds) = Run(device);

            // dw is g on both sides, here as it is, there as g * s / s. A step's gradient is a sum that may cancel: it
            // is judged by its addends.
            return Near(expected, found, 1e-6) && Near(expectedDw, dw, 1e-6)
                && expectedDs.Zip(ds).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-6 * 8 * count / channels * 3);

            (float[] Y, float[] Dw, float[] Ds) Run(ComputeDevice where)
            {
                using var entered = where.Enter();
                using var scope = NewDisposeScope();
                var (value, scales) = (Leaf(where, w, shape), Leaf(where, steps, [channels]));
                var (lows, highs) = (where.Floats(low, [channels]), where.Floats(high, [channels]));
                var y = where.IsHost
                    ? LsqQuantizer.ApplyPerChannel(
                        value, TensorOps.Reshape(scales, along), TensorOps.Reshape(lows, along), TensorOps.Reshape(highs, along), 1)
                    : ReconstructionKernels.LearnedScalePerChannel(value, scales, lows, highs, axis, 1);
                var gradients = autograd.grad([y], [value, scales], [where.Floats(gradient, shape)]);
                return (TensorFactory.ToFloats(y), TensorFactory.ToFloats(gradients[0]), TensorFactory.ToFloats(gradients[1]));
            }
        });
    }

    private static bool Near(float[] expected, float[] found, double share) =>
        expected.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) <= share * Math.Abs(pair.First));

    private static void Check(int cases, Func<int, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 100).ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));

    private static long[] Shape(int n) => n % 2 == 0 ? [2, n / 2] : [n];

    private static Tensor Leaf(ComputeDevice device, float[] values, long[] shape)
    {
        var leaf = device.Floats(values, shape);
        leaf.requires_grad = true;
        return leaf;
    }

    // On the ends, exactly between two codes, beyond, and what is no number.
    private static float[] WithEdges(float[] x, float scale, QuantizationParameters p)
    {
        float[] edges =
        [
            (p.Minimum - p.ZeroPoint) * scale, (p.Maximum - p.ZeroPoint) * scale, 0.5f * scale, 1.5f * scale, -0.5f * scale,
            2.5f * scale, 0, -0f, float.Epsilon,
            float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.NaN,
        ];
        for (int i = 0; i < x.Length; i += 5)
        {
            x[i] = edges[i / 5 % edges.Length];
        }

        return x;
    }
}
