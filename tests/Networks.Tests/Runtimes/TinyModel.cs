namespace Cluster.Networks.Tests.Runtimes;

/// <summary>Small ONNX files, written without the product's own writer.</summary>
internal static class TinyModel
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int Int32 = 6;
    public const int Int64 = 7;

    public static byte[] Of(NodeProto[] nodes, ValueInfoProto[] inputs, ValueInfoProto[] outputs) => new ModelProto
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Version = 13 } },
        Graph = new GraphProto { Name = "tiny", Node = { nodes }, Input = { inputs }, Output = { outputs } },
    }.ToByteArray();

    /// <summary>One operator from x to y, both of this type and shape.</summary>
    public static byte[] Of(string operation, int type, params string[] dimensions) =>
        Of([Node(operation, ["x"], "y")], [Value("x", type, dimensions)], [Value("y", type, dimensions)]);

    public static NodeProto Node(string type, string[] inputs, string output, params AttributeProto[] attributes) => new()
    {
        OpType = type,
        Name = $"node_{output}",
        Input = { inputs },
        Output = { output },
        Attribute = { attributes },
    };

    public static AttributeProto Integer(string name, int value) => new() { Name = name, I = value, Type = 2 };

    /// <summary>A graph input or output; a dimension is a number or, if it is none, a name.</summary>
    public static ValueInfoProto Value(string name, int type, params string[] dimensions)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(dimensions.Select(dimension => int.TryParse(dimension, out int size)
            ? new TensorShapeProto.Types.Dimension { DimValue = size }
            : new TensorShapeProto.Types.Dimension { DimParam = dimension }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } };
    }
}
