namespace Grpc.Core;

/// <summary>What the four kinds of calls have in common.</summary>
internal sealed record CallState(Task<Metadata> Headers, Func<Status> Status, Func<Metadata> Trailers, Action Dispose);
