using System.Runtime.Intrinsics.X86;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Sigmoid to the last bit as ONNX Runtime has it, where it is as inexact as float32 is at 1.</summary>
public sealed class LogisticTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100_003)]
    public void Of_AnyNumbers_AreOnnxRuntimesBits(int count)
    {
        var random = new Random(count);
        float[] numbers = [.. Enumerable.Range(0, count).Select(_ => 30 * ((2 * random.NextSingle()) - 1))];
        numbers[count / 2] = -18;
        numbers[count / 3] = float.NaN;
        numbers[count / 5] = float.NegativeInfinity;
        numbers[count / 7] = float.PositiveInfinity;
        using var session = OrtSession.Open(
            OnnxWriter.Write(new GraphBuilder(13, -1).Node("Sigmoid", "x", "y").Build()), new OrtSessionOptions { Threads = 1 });
        using var given = TensorFactory.FromFloats(numbers, [count]);
        using var found = Logistic.Of(given);

        var expected = session.RunAll([TensorData.FromFloats([count], numbers)])[0].Value;

        // Wider kernels of ONNX Runtime may round otherwise, within what float32 leaves open at 1.
        float[] own = TensorFactory.ToFloats(found);
        if (Fma.IsSupported && !Avx512F.IsSupported)
        {
            own.Select(BitConverter.SingleToUInt32Bits).ShouldBe(expected.As<uint>().ToArray());
        }

        own.Zip(expected.As<float>().ToArray()).ShouldAllBe(pair => float.IsNaN(pair.First)
            ? float.IsNaN(pair.Second)
            : Math.Abs(pair.First - pair.Second) <= 1f / (1 << 22));
    }

    [Theory]
    [InlineData(-17.5f, 2.5102e-8)]
    [InlineData(-10, 4.53979e-5)]
    [InlineData(0, 0.5)]
    [InlineData(3, 0.95257413)]
    public void Of_KnownPoints_AreWithinFloat32sErrorAt1(float x, double expected)
    {
        using var given = TensorFactory.FromFloats([x], [1]);
        using var found = Logistic.Of(given);

        ((double)TensorFactory.ToFloats(found)[0]).ShouldBe(expected, 1.2e-7);
    }

    [Fact]
    public void Of_WhatRecordsGradients_HasThem()
    {
        using var given = TensorFactory.FromFloats([0, 2], [2]);
        given.requires_grad = true;
        using var found = Logistic.Of(given);
        using var sum = found.sum();
        sum.backward();
        using var gradient = given.grad;

        float[] slopes = TensorFactory.ToFloats(gradient!);
        slopes[0].ShouldBe(0.25f);
        slopes[1].ShouldBe(0.104994f, 1e-6f);
    }
}
