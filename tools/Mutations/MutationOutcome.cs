namespace Cluster.Mutations;

/// <summary>What came of the damaged files of a kind.</summary>
/// <param name="Read">Read all the same, by children that came to their end.</param>
/// <param name="Refused">Refused in a sentence, by children that came to their end.</param>
/// <param name="Slowest">Processor time of the slowest, seconds; NaN where a child ended before it could say.</param>
/// <param name="Faults">Those that ended otherwise.</param>
internal sealed record MutationOutcome(string Kind, int Count, int Read, int Refused, double Slowest, IReadOnlyList<MutationFault> Faults);

/// <summary>A damaged file that ended neither read nor refused.</summary>
/// <param name="Number">The case's, which with kind and seed gives its bytes again.</param>
/// <param name="What">The exception, the child's end, or how long it took.</param>
internal sealed record MutationFault(int Number, string What);
