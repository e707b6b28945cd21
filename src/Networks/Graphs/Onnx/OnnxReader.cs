namespace Cluster.Networks.Graphs.Onnx;

/// <summary>
/// Reads an ONNX file into a <see cref="ModelGraph"/>. The input is untrusted: for any bytes, the result is a valid graph (every value
/// defined once and before its use, every constant of the size that its shape states) or a <see cref="KernelException"/>. Operators are
/// not looked at: ONNX Runtime says which it has, when a graph is normalised.
/// </summary>
public static class OnnxReader
{
    /// <summary>The oldest version of the default operator set that is read.</summary>
    public const int OldestOpset = 7;

    /// <summary>The newest version of the default operator set that is read.</summary>
    public const int NewestOpset = 26;

    /// <summary>Reads a file; messages use its name without the folder.</summary>
    /// <exception cref="KernelException">The file cannot be read, or is not a supported model.</exception>
    public static ModelGraph Read(string path) => Read(ReadFile(path), Path.GetFileName(path));

    /// <summary>
    /// A model with its data from other files in its folder. Only for paths given by the user of this process, because the model names the
    /// other files.
    /// </summary>
    /// <exception cref="KernelException">It, or a file that it names, cannot be read or does not match the model.</exception>
    /// <param name="isApart">Whether it may have data in other files; false for another user's model.</param>
    public static ModelFile ReadFile(string path, bool isApart = true)
    {
        try
        {
            return isApart ? ModelFile.Read(path) : ModelFile.ReadAlone(path);
        }
        catch (DataSpecException refusal)
        {
            throw new KernelException(refusal.Message, refusal);
        }
    }

    /// <summary>Reads a model.</summary>
    /// <param name="nameForErrors">The model's name in messages, usually its file name.</param>
    public static ModelGraph Read(ModelFile file, string nameForErrors)
    {
        try
        {
            GraphLimits.RequireNodes(NodeCount.Of(file.Message), nameForErrors);
            var model = ModelProto.Parser.ParseFrom(file.Message);
            if (file.IsApart && model.Graph is not null)
            {
                Fill(model.Graph, file, 0);
            }

            Inlining.Apply(model, nameForErrors);
            return Decode(model, nameForErrors);
        }
        catch (DataSpecException refusal)
        {
            throw new KernelException(refusal.Message, refusal);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new KernelException(
                file.Message.AsSpan().StartsWith("version https://git-lfs"u8)
                    ? $"The model '{nameForErrors}' is a pointer of Git LFS instead of the file itself: fetch it with git lfs pull."
                : file.Message.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("<"u8)
                    ? $"The model '{nameForErrors}' is a page of HTML or XML instead of an ONNX file: download the file itself."
                : $"The model '{nameForErrors}' is not an ONNX file, or it is damaged or cut off ({failure.Message}).",
                failure);
        }
    }

    // The decoder takes the memory as it is.
    private static bool Fill(GraphProto graph, ModelFile file, int depth)
    {
        BodyDecoder.RequireDepth(depth);
        bool isFilled = false;
        var attributes = graph.Node.SelectMany(node => node.Attribute).ToArray();
        foreach (var tensor in graph.Initializer.Concat(attributes.Select(attribute => attribute.T).OfType<TensorProto>())
            .Where(tensor => tensor.ExternalData.Count > 0))
        {
            if (file.Data(tensor.ToByteArray(), length => ConstantMemory.Room((ElementType)tensor.DataType, length)) is { } data)
            {
                tensor.RawData = UnsafeByteOperations.UnsafeWrap(data);
                tensor.ExternalData.Clear();
                tensor.DataLocation = 0;
                isFilled = true;
            }
        }

        foreach (var attribute in attributes.Where(attribute => attribute.HasG))
        {
            var body = GraphProto.Parser.ParseFrom(attribute.G);
            if (Fill(body, file, depth + 1))
            {
                attribute.G = body.ToByteString();
                isFilled = true;
            }
        }

        return isFilled;
    }

    private static ModelGraph Decode(ModelProto model, string nameForErrors)
    {
        if (model.Graph is null)
        {
            throw new KernelException($"The model '{nameForErrors}' holds no graph; expected an ONNX file with a network.");
        }

        return FileEnds.Removed(new GraphDecoder(model.Graph, nameForErrors).Decode(OpsetOf(model, nameForErrors))) with
        {
            Domains = model.OpsetImport.Where(import => Inlining.Domain(import.Domain).Length > 0)
                .DistinctBy(import => import.Domain)
                .ToDictionary(import => import.Domain, import => import.Version, StringComparer.Ordinal),
            Notes = FileNotes.Decode(model),

            // A key that is there twice is read as runtimes read it: the last one holds.
            Metadata = model.MetadataProps.GroupBy(entry => entry.Key, StringComparer.Ordinal)
                .ToDictionary(entry => entry.Key, entry => entry.Last().Value, StringComparer.Ordinal),
        };
    }

    private static int OpsetOf(ModelProto model, string name)
    {
        long? found = model.OpsetImport.FirstOrDefault(import => Inlining.Domain(import.Domain).Length == 0)?.Version;
        if (found is null && model.OpsetImport.Count > 0)
        {
            throw new KernelException(
                $"The model '{name}' has operators of "
                + $"{string.Join(", ", model.OpsetImport.Select(import => $"'{import.Domain}'"))} only, such "
                + "as tree ensembles; expected a network of standard ONNX operators.");
        }

        return found is >= OldestOpset and <= NewestOpset
            ? (int)found
            : throw new KernelException(
                $"The model '{name}' uses "
                + $"{(found is { } version ? $"ONNX opset {version.ToString(CultureInfo.InvariantCulture)}" : "no stated ONNX opset")}; "
                + $"expected {OldestOpset} to {NewestOpset}: export it again or convert it.");
    }
}

/// <summary>Counts a model's nodes in its bytes: as objects they take many times the memory.</summary>
internal static class NodeCount
{
    // ModelProto.graph, GraphProto.node.
    private static readonly uint Graph = WireFormat.MakeTag(7, WireFormat.WireType.LengthDelimited);
    private static readonly uint Node = WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited);

    /// <exception cref="InvalidProtocolBufferException">The bytes are damaged or cut off.</exception>
    public static long Of(byte[] model)
    {
        // A file may store its graph in several parts, which the parser joins.
        long count = 0;
        using var fields = new CodedInputStream(model);
        while (fields.ReadTag() is var tag and not 0)
        {
            var begin = (int)fields.Position;
            fields.SkipLastField();
            count += tag == Graph ? OfGraph(model, begin, (int)fields.Position) : 0;
        }

        return count;
    }

    private static long OfGraph(byte[] model, int begin, int end)
    {
        long count = 0;
        using var fields = new CodedInputStream(model, begin, end - begin);
        fields.ReadLength();
        while (fields.ReadTag() is var tag and not 0)
        {
            count += tag == Node ? 1 : 0;
            fields.SkipLastField();
        }

        return count;
    }
}
