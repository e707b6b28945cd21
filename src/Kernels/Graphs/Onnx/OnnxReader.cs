using System.Globalization;
using Cluster.DataSpecs;
using Cluster.DataSpecs.Models;
using Cluster.Kernels.Graphs.Onnx.Schema;
using Google.Protobuf;

namespace Cluster.Kernels.Graphs.Onnx;

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
        try
        {
            GraphLimits.RequireNodes(NodeCount.Of(bytes), nameForErrors);
            var model = ModelProto.Parser.ParseFrom(bytes);
            Inlining.Apply(model, nameForErrors);
            return Decode(model, nameForErrors);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new KernelException(
                $"The model '{nameForErrors}' is not an ONNX file, or it is damaged or cut off ({failure.Message}).", failure);
        }
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
            Metadata = model.MetadataProps
                .Where(entry => entry.Key.StartsWith(OnnxWriter.OwnKeys, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
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
