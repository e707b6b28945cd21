using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Client.Commands;

/// <summary>A user's request for `submit`, as typed.</summary>
internal sealed record SubmitRequest
{
    /// <summary>The job's files, on the user's machine.</summary>
    public required JobInputs Inputs { get; init; }

    /// <summary>The job's options.</summary>
    public required JobOptions Options { get; init; }

    /// <summary>One job is created for each.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    public required string Name { get; init; }

    public required Guid RequestId { get; init; }

    public required bool SharedPaths { get; init; }

    public required bool DryRun { get; init; }

    public required bool Watch { get; init; }
}
