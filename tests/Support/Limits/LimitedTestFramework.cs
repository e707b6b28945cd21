using System.Reflection;
using Xunit.v3;

namespace Cluster.Tests.Limits;

/// <summary>xunit's own framework, with a limit to how long a test may run (<see cref="HangWatch"/>) and
/// an <see cref="OwnMachine"/>.</summary>
/// <remarks>Every test project has it as an assembly attribute, from tests/Directory.Build.props.</remarks>
public sealed class LimitedTestFramework : XunitTestFramework
{
    /// <summary>Before any test and any fixture.</summary>
    public LimitedTestFramework() => OwnMachine.Claim();

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) => new LimitedExecutor(base.CreateExecutor(assembly));
}
