using Cluster.Evaluation.Failures;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>A job's files are not good.</summary>
/// <param name="Id">The request.</param>
/// <param name="Message">Why, a sentence for the user.</param>
/// <param name="Fault">What is at fault.</param>
/// <param name="Field">The field of the question that it is in, or empty.</param>
internal sealed record RefusedReply(long Id, string Message, PreparationFault Fault = PreparationFault.Spec, string Field = "") : WorkerReply;
