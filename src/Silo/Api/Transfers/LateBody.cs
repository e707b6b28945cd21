using Microsoft.AspNetCore.Http;

namespace Cluster.Silo.Api.Transfers;

/// <summary>A request whose body is made from another form once its caller has been let in: who is refused has nothing read.</summary>
/// <param name="ReadAsync">Makes the body and goes on, or answers what is wrong with it.</param>
internal sealed record LateBody(Func<RequestDelegate, Task> ReadAsync);
