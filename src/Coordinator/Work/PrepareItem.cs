using System.Text.Json.Serialization;
using Cluster.Coordinator.Model;

namespace Cluster.Coordinator.Work;

/// <summary>
/// Read and check the files of a new job, and complete what is asked of it: its entry has only inputs and options yet. Done beside the
/// slots, and in no journal, as there is none before it.
/// </summary>
public sealed record PrepareItem() : WorkItem(string.Empty)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => "reading of the job's files";
}

/// <summary>The files were read and found good.</summary>
/// <param name="Spec">What is asked, complete.</param>
/// <param name="Space">What is decided about.</param>
/// <param name="UnsupportedOperators">Operators of groups that the target has no 8-bit kernel for: they stay in FP32.</param>
/// <param name="EstimatedItems">How many measurements the search is likely to ask for: all but its first round is a guess.</param>
/// <param name="MostItems">How many it may ask for where it has to go on as long as it can; 0 where that is not known.</param>
/// <param name="Warnings">What makes a result less believable, a sentence each.</param>
public sealed record PreparedResult(
    JobSpec Spec,
    SearchSpace Space,
    IReadOnlyList<string> UnsupportedOperators,
    int EstimatedItems,
    int MostItems,
    IReadOnlyList<string> Warnings) : WorkResult;

/// <summary>The job cannot be: its files, or what is asked of it, are at fault.</summary>
/// <param name="Fault">What is at fault.</param>
/// <param name="Field">The field of the request's spec, such as "calibration"; empty where it is none alone.</param>
/// <param name="Message">A sentence: what was found, what was expected, what to do.</param>
public sealed record RefusedResult(PreparationFault Fault, string Field, string Message) : WorkResult;

/// <summary>What a job cannot be prepared for.</summary>
public enum PreparationFault
{
    /// <summary>An option, or a data set.</summary>
    Spec,

    /// <summary>The model file.</summary>
    Model,

    /// <summary>An operator of the model that cannot be executed at all.</summary>
    Operator,

    /// <summary>The disk of the machine that reads the files, which is full.</summary>
    Disk,
}
