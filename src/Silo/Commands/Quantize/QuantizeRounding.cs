using Cluster.Silo.Evaluation;

namespace Cluster.Silo.Commands.Quantize;

/// <summary>The roundings that `quantize` offers.</summary>
internal static class QuantizeRounding
{
    public static IReadOnlyList<string> Names { get; } = [PlanTranslator.Nearest];
}
