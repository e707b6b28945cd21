namespace Cluster.Silo.Api.Transfers;

/// <summary>A request whose body is converted only after its caller was authorized: nothing is read for a refused one.</summary>
/// <param name="ReadAsync">Creates the body and continues, or answers with an error.</param>
internal sealed record LateBody(Func<RequestDelegate, Task> ReadAsync);
