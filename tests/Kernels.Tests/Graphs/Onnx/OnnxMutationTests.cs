using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Graphs.Passes;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs.Onnx;

/// <summary>
/// The reader and everything up to the normal form get damaged files: the result is a graph or a
/// <see cref="KernelException"/>, at bounded memory.
/// </summary>
public sealed class OnnxMutationTests
{
    private const long MemoryLimit = 64L << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_DamagedBytes_GivesAGraphOrAKernelException(int seed)
    {
        byte[] original = OnnxWriter.Write(Sample());
        GraphNormalizer.Normalize(OnnxReader.Read(original, "sample")).Nodes.Count.ShouldBeGreaterThan(5);
        var random = new Random(seed);
        int survived = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = Damage(original, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ModelGraph graph = OnnxReader.Read(damaged, "damaged");
                graph = GraphNormalizer.Normalize(graph);
                OnnxReader.Read(OnnxWriter.Write(graph), "rewritten").ShouldEqual(graph);
                GraphSummary.Of(graph);
                survived++;
            }
            catch (KernelException)
            {
                // One of the two outcomes that are allowed.
            }
            catch (Exception failure) when (failure is not ShouldAssertException)
            {
                Assert.Fail($"seed {seed}, mutation {i}: {failure}\n{Convert.ToBase64String(damaged)}");
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(
                MemoryLimit, $"seed {seed}, mutation {i}: {Convert.ToBase64String(damaged)}");
        }

        survived.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Read_CutAnywhere_GivesAGraphOrAKernelException()
    {
        byte[] original = OnnxWriter.Write(Sample());
        for (int length = 0; length < original.Length; length++)
        {
            byte[] cut = original[..length];
            Exception? failure = Record.Exception(() => OnnxReader.Read(cut, "cut"));
            (failure is null or KernelException).ShouldBeTrue($"cut at {length}: {failure}");
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (int count = random.Next(1, 4); count > 0 && bytes.Count > 1; count--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 17), bytes.Count - at)));
                    break;
                case 4:
                    // Eight 0xff in a row make lengths and dimensions huge or negative.
                    for (int i = at; i < Math.Min(at + 8, bytes.Count); i++)
                    {
                        bytes[i] = 0xff;
                    }

                    break;
                default:
                    bytes[at] = (byte)random.Next(16);
                    break;
            }
        }

        return [.. bytes];
    }

    private static ModelGraph Sample() => new GraphBuilder(13, 1, 2, 6, 6)
        .Floats("w", [4, 2, 3, 3], new float[72]).Floats("b", [4, 1, 1], 1, 2, 3, 4)
        .Floats("gamma", [4], 1, 1, 1, 1).Floats("beta", [4], 0, 0, 0, 0).Floats("mean", [4], 0, 0, 0, 0).Floats("var", [4], 1, 1, 1, 1)
        .Floats("t", [4, 2, 2, 2], new float[32]).Floats("v", [2, 3, 8], new float[48]).Floats("low", [], 0f).Floats("high", [], 6f)
        .Ints("pads", 0, 0, 1, 1, 0, 0, 1, 1)
        .Ints("n", 2)
        .Ints("two", 2)
        .Ints("starts", 0, 1)
        .Ints("ends", 99, -1)
        .Ints("axes", 2, 3)
        .Ints("steps", 1, 2)
        .Ints("matrix", 4, -1).Ints("row", 1, -1).Ints("six", 6).Ints("first", 0)
        .Node("Pad", "x pads", "p0")
        .Node("Conv", "p0 w", "c", Ints("strides", [1, 1]), Ints("dilations", [1, 1]), Ints("kernel_shape", [3, 3]))
        .Node("Add", "c b", "a").Node("BatchNormalization", "a gamma beta mean var", "m", Float("epsilon", 1e-3f))
        .Node("Clip", "m low high", "r")
        .Node("ConvTranspose", "r t", "d", Text("auto_pad", "SAME_LOWER"), Ints("strides", [2, 2]))
        .Node("Slice", "d starts ends axes steps", "s")
        .Node("MaxPool", "s", "k", Ints("kernel_shape", [2, 2]), Ints("strides", [2, 2]), Int("ceil_mode", 1), Ints("pads", [0, 0, 1, 1]))
        .Node("AveragePool", "k", "g", Ints("kernel_shape", [3, 3]), Ints("strides", [2, 2]), Text("auto_pad", "SAME_UPPER"))
        .Node("Softmax", "g", "h", Int("axis", 1))
        .Node("Concat", "g h", "i", Int("axis", 1))
        .Node("GlobalAveragePool", "i", "j")
        .Node("Shape", "j", "z")
        .Node("Gather", "z first", "batch", Int("axis", 0))
        .Node("ConstantOfShape", "n", "zeros", ("value", AttributeValue.Of(TensorData.FromInt64([1], [-1]))))
        .Node("Slice", "zeros first n", "more")
        .Node("Slice", "more first two", "fewer")
        .Node("Mul", "six two", "twelve")
        .Node("Div", "twelve two", "half")
        .Node("Reshape", "j row", "q").Node("Transpose", "v", "vt", Ints("perm", [1, 0, 2])).Node("Reshape", "vt matrix", "vm")
        .Node("Transpose", "vm", "vv")
        .Node("Slice", "vv first half first", "vs")
        .Node("Gemm", "q vs", "e", Float("alpha", .5f), Int("transB", 1))
        .Node("Identity", "e", "y").Build();
}
