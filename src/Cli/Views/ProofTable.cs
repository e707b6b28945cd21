using Cluster.Coordinator.Search.Judgements;

namespace Cluster.Cli.Views;

/// <summary>A proof for people: promise by promise, then what to do.</summary>
internal static class ProofTable
{
    public static void Write(IAnsiConsole console, ProofRecord record)
    {
        var table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumns("Promise", "Verdict", "Found");
        foreach (var promise in record.Proof.Promises)
        {
            table.AddRow(
                new Text(promise.Promise), new Text(promise.Verdict.ToString().ToLowerInvariant()), new Text(promise.Found));
        }

        console.Write(table);
        CommandConsole.Line(console, $"Proved in {record.Versions.Runtime}, on {record.Versions.InstructionSet}.");
        foreach (string advice in record.Proof.Promises.Select(promise => promise.Advice).OfType<string>().Distinct())
        {
            CommandConsole.Line(console, advice);
        }
    }
}

/// <summary>A line of `proofs.jsonl`.</summary>
/// <param name="Proof">What was found.</param>
/// <param name="Versions">Software and processor that it was found on.</param>
/// <param name="Evaluation">The images, as typed.</param>
internal sealed record ProofRecord(StandingProof Proof, EvaluatorVersions Versions, string Evaluation);
