using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>A QuantizeLinear is read by DequantizeLinear only, and with its own scale.</summary>
internal sealed class PairsRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file)
    {
        foreach (var quantize in file.Pairs.Where(node => node.OpType == "QuantizeLinear"))
        {
            foreach (var reader in file.Readers(quantize.Output))
            {
                if (reader.OpType != "DequantizeLinear")
                {
                    yield return reader.Error($"reads the codes of '{quantize.Inputs[0]}'; only a DequantizeLinear may.").Message;
                }
                else if (!Equal(file.Constant(quantize, 1), file.Constant(reader, 1)))
                {
                    yield return reader.Error($"has another scale than the QuantizeLinear '{quantize.Name}' that it undoes.").Message;
                }
            }
        }
    }

    private static bool Equal(TensorData? a, TensorData? b) => a is not null && b is not null && a.Bytes.Span.SequenceEqual(b.Bytes.Span);
}
