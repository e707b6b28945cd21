using System.Globalization;
using Cluster.DataSpecs;
using Cluster.DataSpecs.Models;
using Cluster.Kernels.Graphs.Onnx.Schema;
using Google.Protobuf;

namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>
/// Reads an ONNX file into a <see cref="ModelGraph"/>. The input is untrusted: for any bytes, the result is a valid graph (every value
/// defined once and before its use, every constant of the size that its shape states) or a <see cref="KernelException"/>. Operators are
/// checked elsewhere, see SupportedOperators.
/// </summary>
public static class OnnxReader
{
    /// <summary>The oldest version of the default operator set that is read.</summary>
    public const int OldestOpset = 7;

    /// <summary>The newest version of the default operator set that is read.</summary>
    public const int NewestOpset = 25;

    /// <summary>Reads a file; messages use its name without the folder.</summary>
    /// <exception cref="KernelException">The file cannot be read, or is not a supported model.</exception>
    public static ModelGraph Read(string path) => Read(ReadBytes(path), Path.GetFileName(path));

    /// <summary>
    /// A model as one file: its own bytes if they hold everything, else with the data from other files in its folder put in. Only for paths
    /// given by the user of this process, because the model names the other files.
    /// </summary>
    /// <exception cref="KernelException">It, or a file that it names, cannot be read or does not match the model.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return ModelFile.Read(path);
        }
        catch (DataSpecException refusal)
        {
            throw new KernelException(refusal.Message, refusal);
        }
    }

    /// <summary>Reads a model in memory.</summary>
    /// <param name="nameForErrors">The model's name in messages, usually its file name.</param>
    public static ModelGraph Read(byte[] bytes, string nameForErrors)
    {
        ModelProto model;
        try
        {
            GraphLimits.RequireNodes(NodeCount.Of(bytes), nameForErrors);
            model = ModelProto.Parser.ParseFrom(bytes);
            KnownBranches.Inline(model.Graph ?? new GraphProto(), nameForErrors);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new KernelException(
                $"The model '{nameForErrors}' is not an ONNX file, or it is damaged or cut off ({failure.Message}).", failure);
        }

        if (model.Graph is null)
        {
            throw new KernelException($"The model '{nameForErrors}' holds no graph; expected an ONNX file with a network.");
        }

        RequireNoCalls(model, nameForErrors);

        return new GraphDecoder(model.Graph, nameForErrors).Decode(OpsetOf(model, nameForErrors)) with
        {
            Tf32Nodes = Tf32NodesOf(model),
            Metadata = model.MetadataProps
                .Where(entry => entry.Key.StartsWith(OnnxWriter.OwnKeys, StringComparison.Ordinal) && entry.Key != OnnxWriter.Tf32Key)
                .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
        };
    }

    // A function that no node calls changes nothing.
    private static void RequireNoCalls(ModelProto model, string name)
    {
        var functions = model.Functions.Select(function => (Domain(function.Domain), function.Name)).ToHashSet();
        if (model.Graph.Node.FirstOrDefault(node => functions.Contains((Domain(node.Domain), node.OpType))) is { } call)
        {
            throw new KernelException(
                $"Node '{call.Name}' of the model '{name}' calls the function {call.OpType}, which the file defines itself; "
                + "functions of its own are not supported: inline them before exporting.");
        }
    }

    private static string Domain(string domain) => domain == "ai.onnx" ? string.Empty : domain;

    private static string[] Tf32NodesOf(ModelProto model) =>
        model.MetadataProps.FirstOrDefault(entry => entry.Key == OnnxWriter.Tf32Key)?.Value.Split('\n') ?? [];

    private static int OpsetOf(ModelProto model, string name)
    {
        long? found = model.OpsetImport.FirstOrDefault(import => Domain(import.Domain).Length == 0)?.Version;
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
