using Dimension = Cluster.Networks.Graphs.Onnx.Schema.TensorShapeProto.Types.Dimension;

namespace Cluster.Networks.Graphs.Onnx;

/// <summary>
/// Writes a <see cref="ModelGraph"/> as an ONNX file. The bytes depend on the graph alone: initializers and attributes
/// are sorted by name, constants are raw data, and neither time nor version is recorded.
/// </summary>
public static class OnnxWriter
{
    /// <summary>The producer's name in files.</summary>
    internal const string Producer = "Cluster";

    /// <summary>An ONNX file; equal graphs have equal files.</summary>
    /// <param name="most">With more bytes of constants, the large ones are beside the message.</param>
    public static ModelFile Write(ModelGraph graph, long? most = null)
    {
        graph = FileEnds.Added(GraphInvariants.Require(graph, "the last change"));
        var model = new ModelProto
        {
            IrVersion = FormatVersion(graph.Opset),
            ProducerName = Producer,
            Domain = graph.Notes.Domain,
            ModelVersion = graph.Notes.Version,
            DocString = graph.Notes.Text,
            Graph = new GraphProto { Name = graph.Name.Length > 0 ? graph.Name : "graph", DocString = graph.Notes.GraphText },
        };
        model.Graph.MetadataProps.AddRange(FileNotes.Encode(graph.Notes.GraphMetadata));
        model.OpsetImport.Add(new OperatorSetIdProto { Version = graph.Opset });
        model.OpsetImport.AddRange(graph.Nodes
            .Select(node => node.Domain)
            .Concat(graph.Nodes.Any(node => node.HasBody) ? graph.Domains.Keys : [])
            .Where(domain => domain.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(domain => new OperatorSetIdProto { Domain = domain, Version = graph.Domains.GetValueOrDefault(domain, 1) }));
        long bytes = graph.Initializers.Values.Sum(constant => (long)constant.Bytes.Length)
            + graph.Nodes.SelectMany(node => node.Attributes.Values).Sum(value => (long)(value.Body?.Bytes.Length ?? 0));
        bool isApart = bytes > (most ?? ModelFile.MostBytes);
        var data = new SortedList<long, ReadOnlyMemory<byte>>();
        model.Graph.Initializer.AddRange(graph.Initializers
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => NodeEncoder.Encode(pair.Value, pair.Key, isApart ? data : null)));
        model.Graph.Node.AddRange(graph.Nodes.Select(node => NodeEncoder.Encode(node, isApart ? data : null)));
        model.Graph.Input.AddRange(graph.Inputs.Select(Encode));
        model.Graph.Output.AddRange(graph.Outputs.Select(Encode));
        model.MetadataProps.AddRange(FileNotes.Encode(graph.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal)));
        return data.Count > 0 ? ModelFile.Of(model.ToByteArray(), data) : ModelFile.Of(model.ToByteArray());
    }

    // The lowest format version that may carry the opset. 7 is also the first that all of today's runtimes still test.
    private static long FormatVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    private static ValueInfoProto Encode(ValueInfo value)
    {
        var encoded = new ValueInfoProto { Name = value.Name, DocString = value.Notes.Text };
        if (value.Notes.Others.Length > 0)
        {
            encoded.MergeFrom(value.Notes.Others.Span);
        }

        if (value.Type == ElementType.Undefined)
        {
            return encoded; // readers of the file infer it
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)value.Type };
        if (value.ShapeKnown)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(value.Shape.Select((size, axis) => Encode(value, size, axis)));
        }

        encoded.Type = new TypeProto { TensorType = tensor, Denotation = value.Notes.Denotation };
        return encoded;
    }

    // A free axis without a name is one of its own: no reader of the file takes it for another of the same size.
    private static Dimension Encode(ValueInfo value, long size, int axis)
    {
        var encoded = new Dimension { Denotation = value.Notes.AxisDenotations.ElementAtOrDefault(axis) ?? string.Empty };
        if (size >= 0 && !value.FreeAxes.Contains(axis))
        {
            encoded.DimValue = size;
        }
        else if (value.AxisNames.ElementAtOrDefault(axis) is { Length: > 0 } name)
        {
            encoded.DimParam = name;
        }

        return encoded;
    }
}
