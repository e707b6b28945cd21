namespace Orleans.Configuration;

/// <summary>Messaging of clients.</summary>
public class ClientMessagingOptions : MessagingOptions;
