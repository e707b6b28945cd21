namespace Cluster.Silo.Tests.Hosting;

public sealed class LogLevelsTests
{
    [Theory]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Warning, false)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Error, true)]
    [InlineData("Orleans.Runtime.Catalog", LogLevel.Warning, true)]
    [InlineData("Orleans.Runtime.Watchdog", LogLevel.Warning, false)]
    [InlineData("Cluster.Grains.Hosting.NodeService", LogLevel.Information, false)]
    [InlineData("Polly", LogLevel.Information, false)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Error, false)]
    [InlineData("Grpc.AspNetCore.Server.Model", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Warning, false)]
    [InlineData("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.Error, false)]
    [InlineData("Cluster.Silo.Api.Access.TokenHandler", LogLevel.Information, false)]
    [InlineData("Cluster.Grains.Jobs.JobGrain", LogLevel.Information, true)]
    public void LeaveOutWhatIsUsual_Category_IsLoggedFromItsLevelOn(string category, LogLevel level, bool expected)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new LineLog()).LeaveOutWhatIsUsual())
            .BuildServiceProvider();

        services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level).ShouldBe(expected);
    }
}
