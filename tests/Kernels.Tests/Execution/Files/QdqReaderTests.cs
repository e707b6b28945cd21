using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Files;

/// <summary>Files of other writers: each form of a pair computes what ONNX Runtime does, or is refused with the node's name.</summary>
public sealed class QdqReaderTests
{
    private static readonly Dictionary<string, Func<ModelGraph>> Forms = new(StringComparer.Ordinal)
    {
        ["signed codes"] = () => Start()
            .Constant("z8", TensorData.FromInt8([], [3]))
            .Node("QuantizeLinear", "x s z8", "q").Node("DequantizeLinear", "q s z8", "d")
            .Node("Relu", "d", "y").Build(-1, 2, 3, 3),
        ["no zero point"] = () => Start()
            .Node("QuantizeLinear", "x s", "q").Node("DequantizeLinear", "q s", "d")
            .Node("Relu", "d", "y").Build(-1, 2, 3, 3),
        ["two pairs of one tensor"] = () => Start()
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d")
            .Node("QuantizeLinear", "x s2 z2", "q2").Node("DequantizeLinear", "q2 s2 z2", "d2")
            .Node("Add", "d d2", "y").Build(-1, 2, 3, 3),
        ["a pair that follows a pair"] = () => Start()
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d")
            .Node("QuantizeLinear", "d s2 z2", "q2").Node("DequantizeLinear", "q2 s2 z2", "d2")
            .Node("Relu", "d2", "y").Build(-1, 2, 3, 3),
        ["quantized output"] = () => Start()
            .Node("Relu", "x", "r")
            .Node("QuantizeLinear", "r s z", "q").Node("DequantizeLinear", "q s z", "y").Build(-1, 2, 3, 3),
        ["some readers see codes"] = () => Start()
            .Node("Relu", "x", "r")
            .Node("QuantizeLinear", "r s z", "q").Node("DequantizeLinear", "q s z", "d")
            .Node("Sigmoid", "d", "a").Node("Add", "a r", "y").Build(-1, 2, 3, 3),
        ["weights with one scale"] = () => Start()
            .Constant("w", TensorData.FromInt8([2, 2, 1, 1], [5, -7, 11, 127])).Floats("ws", [], 0.03f)
            .Constant("wz", TensorData.FromInt8([], [2]))
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d").Node("DequantizeLinear", "w ws wz", "wd")
            .Node("Conv", "d wd", "y").Build(-1, 2, 3, 3),
        ["weights as numbers behind a pair"] = () => Start()
            .Floats("w", [2, 2, 1, 1], 0.16f, -0.2f, 5.5f, 70).Floats("ws", [2], 0.03f, 0.5f)
            .Constant("wz", TensorData.FromInt8([2], [0, 0]))
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d")
            .Node("QuantizeLinear", "w ws wz", "wq", Int("axis", 0)).Node("DequantizeLinear", "wq ws wz", "wd", Int("axis", 0))
            .Node("Conv", "d wd", "y").Build(-1, 2, 3, 3),
        ["weights by input channel"] = () => Start()
            .Constant("w", TensorData.FromInt8([2, 2, 1, 1], [5, -7, 11, 127])).Floats("ws", [2], 0.03f, 0.5f)
            .Constant("wz", TensorData.FromInt8([2], [0, 0]))
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d")
            .Node("DequantizeLinear", "w ws wz", "wd", Int("axis", -3))
            .Node("Conv", "d wd", "y").Build(-1, 2, 3, 3),
    };

    private static readonly Dictionary<string, (Func<GraphBuilder> Graph, string Message)> Unsupported = new(StringComparer.Ordinal)
    {
        ["other zero point behind the codes"] = (
            () => Start().Constant("z9", TensorData.FromUInt8([], [7]))
                .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z9", "d").Node("Relu", "d", "y"),
            "Node 'd' (DequantizeLinear) reads codes of 'x' with another zero point than they were written with; quantize and dequantize "
            + "with the same."),
        ["activation by channel"] = (
            () => Start().Floats("sc", [2], 1, 2)
                .Node("QuantizeLinear", "x sc", "q").Node("DequantizeLinear", "q sc", "d").Node("Relu", "d", "y"),
            "Node 'q' (QuantizeLinear) quantizes an activation with 2 scales; one for the whole tensor is supported."),
        ["scale of zero"] = (
            () => Start().Floats("s0", [], 0)
                .Node("QuantizeLinear", "x s0 z", "q").Node("DequantizeLinear", "q s0 z", "d").Node("Relu", "d", "y"),
            "Node 'q' (QuantizeLinear) has a scale that is not positive and finite."),
        ["computed scale"] = (
            () => Start().Node("Relu", "x", "r")
                .Node("QuantizeLinear", "x r z", "q").Node("DequantizeLinear", "q s z", "d").Node("Relu", "d", "y"),
            "Node 'q' (QuantizeLinear) computes its input 1 ('r'); it must be stored in the file."),
        ["arithmetic on codes"] = (
            () => Start().Node("QuantizeLinear", "x s z", "q").Node("Relu", "q", "r").Node("DequantizeLinear", "r s z", "y"),
            "Node 'r' (Relu) computes on the codes of 'x'; only moves of elements and Clip may stand between Q and DQ."),
        ["tensor read both ways by one node"] = (
            () => Start().Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d").Node("Add", "x d", "y"),
            "Node 'y' (Add) reads 'x' both as it is and through its Q/DQ pair, which is not supported."),
        ["codes without quantize"] = (
            () => Start().Node("DequantizeLinear", "x s z", "y"),
            "Node 'y' (DequantizeLinear) dequantizes 'x', which no QuantizeLinear writes; a QDQ file has its codes from one."),
        ["weights in blocks"] = (
            () => Start().Constant("w", TensorData.FromInt8([2, 2, 1, 1], [5, -7, 11, 127])).Floats("ws", [], 0.03f)
                .Node("DequantizeLinear", "w ws", "wd", Int("block_size", 2)).Node("Conv", "x wd", "y"),
            "Node 'wd' (DequantizeLinear) has scales of blocks; only one scale a tensor or a channel is supported: quantize the file "
            + "without blocks."),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    public static TheoryData<string> RefusedNames => [.. Unsupported.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_Form_IsWhatOnnxRuntimeComputes(string form)
    {
        byte[] file = OnnxWriter.Write(Forms[form]()).Message;
        float[] pixels = Nets.Values(36, 5, 4);
        using var model = QuantizedModel.Load(ModelFile.Of(file), form);


        float[] found = model.Run(pixels, [2, 2, 3, 3]);

        Nets.Distance(found, InRuntime.RunAsWritten(file, TensorData.FromFloats([2, 2, 3, 3], pixels))).ShouldBeLessThan(1e-5f);
        found.Distinct().Count().ShouldBeGreaterThan(4);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Read_WhatIsNotSupported_IsRefusedInOneSentence(string form)
    {
        var (graph, message) = Unsupported[form];

        Should.Throw<KernelException>(() => QuantizedModel.Load(OnnxWriter.Write(graph().Build(-1, 2, 3, 3)), "file")).Message
            .ShouldBe(message);
    }

    private static GraphBuilder Start() => new GraphBuilder(13, -1, 2, 3, 3)
        .Floats("s", [], 0.037f).Constant("z", TensorData.FromUInt8([], [100]))
        .Floats("s2", [], 0.11f).Constant("z2", TensorData.FromUInt8([], [31]));
}
