namespace Orleans.Configuration;

/// <summary>Messaging of silos, and of clients in their process.</summary>
public class SiloMessagingOptions : MessagingOptions;
